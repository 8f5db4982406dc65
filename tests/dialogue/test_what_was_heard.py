"""What is written down of each message: the scene before it was answered, and whether it came to nothing."""

from __future__ import annotations

from bot.dialogue.meaning.acts import Plain, Said
from bot.handoff import hearing
from tests.dialogue import acting


def heard(talk: acting.Talk) -> list:
    with talk.session() as session:
        query = hearing.heard.select().order_by(hearing.heard.c.at, hearing.heard.c.id)
        return session.execute(query).all()


def test_a_message_that_came_to_nothing_is_kept_with_the_scene_before_the_answer(begin) -> None:
    talk = begin(acting.MARIA, known=True)
    talk.write("what are my options", "ask_options")
    talk.write("purple monkey dishwasher")
    *_, last = heard(talk)
    assert (last.why, last.acts, last.settled) == ("not_understood", ["unclear"], "")
    assert last.scene["verified"] and last.scene["debts"] and last.scene["asked"] != "menu"
    with talk.session() as session:
        assert [one.text for one in hearing.misheard(session)] == ["purple monkey dishwasher"]


def test_a_gentle_check_is_kept_and_what_was_understood_is_in_no_list(begin) -> None:
    talk = begin(acting.MARIA, known=True)
    talk.write("how much do i owe", "ask_balance")
    talk.write("this bill kills me", Said(Plain(name="bankruptcy"), "kills me", needs_check=True))
    assert [row.why for row in heard(talk)][-2:] == ["", "check"]
    with talk.session() as session:
        assert len(hearing.misheard(session)) == 1
