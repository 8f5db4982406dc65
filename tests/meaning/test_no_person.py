"""That no person is wanted any more, said in words that all name one."""

from __future__ import annotations

from datetime import datetime

from bot.dialogue.meaning.acts import Drop, Plain, Refuse
from bot.dialogue.meaning.heard import Heard
from bot.dialogue.meaning.no_person import wants_no_person
from bot.dialogue.meaning.scene import Scene
from bot.dialogue.meaning.table import joined
from tests.examples import each

NOW = datetime.fromisoformat("2026-11-23T10:00:00-06:00")


@each(("text", "says"), [
    ("no person needed", True),
    ("i don't want a person anymore", True),
    ("forget the human, the bot is fine", True),
    ("dont need a person any more, sorted it", True),
    ("I no longer need to talk to anybody, thanks", True),
    ("never mind the agent, we can go on here", True),
    ("cancel the colleague please", True),
    ("no hace falta una persona", True),
    ("ya no quiero hablar con una persona", True),
    ("olvídese del agente, sigo con usted", True),
    ("i don't need a bot, i need a person", False),
    ("i dont need a bot i need a person", False),
    ("i don't want a person calling me at work", False),
    ("do i need a person?", False),
    ("i don't want anybody anymore", False),
    ("i don't want to live anymore", False),
    ("i cant talk to a person right now", False),
    ("get me a person", False),
    ("a person never answered me", False),
    ("no quiero un bot, quiero una persona", False),
])  # fmt: skip
def test_the_clause_says_it_of_a_person_and_of_nothing_else(text: str, says: bool) -> None:
    assert wants_no_person(text) is says


def acts(text: str, likely: dict[str, float], **scene: object) -> list[object]:
    return [one.act for one in joined(Heard(text=text, likely=likely), Scene(now=NOW, **scene))]  # type: ignore[arg-type]


def test_it_drops_the_wish_for_one_and_is_no_word_of_danger() -> None:
    heard = {"talk_to_human": 0.66, "crisis": 0.27}
    assert acts("i don't want a person anymore", heard) == [Drop(person=True)]
    assert acts("i don't want a person anymore", heard, asked="person") == [Refuse()]
    assert Plain(name="talk_to_human") in acts("i want a person now", heard)


def test_a_danger_that_is_sure_is_heard_beside_it() -> None:
    said = acts("i don't need a person anymore, i'm going to kill myself", {"crisis": 0.97})
    assert Plain(name="crisis") in said
