"""12 CFR 1006.6(b)(1): a time that somebody calls inconvenient is barred the moment that they type it, and read back."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from bot import contact, core
from bot.contact.hours import Barred
from bot.dialogue import grammar
from bot.dialogue.meaning import packing
from bot.dialogue.meaning.acts import Plain, Said
from tests.law.kit import MARIA, World

NEWS = contact.Say("utter_contact_picture", "x", audience="anyone", tag="reminder")
TOMORROW_NOON = datetime(2026, 11, 19, 17, 0, tzinfo=timezone.utc)
"""In New York, a Thursday."""


def prefers(text: str) -> Plain:
    return Plain(name="contact_preference", not_at=grammar.inconvenient(text))


def maria(language: contact.Language = "en", *, known: bool = True) -> World:
    world = World("sms", "+15550100001")
    world.talker.language = language
    if known:
        world.says(MARIA)
    return world


def held_until(world: World, at: datetime) -> datetime | None:
    world.clock.move(at - world.clock.now())
    assert world.tries_to_send(NEWS) == 1
    return world.rows()[-1].held_until  # type: ignore[no-any-return]


@pytest.mark.parametrize("known", [True, False])
def test_RF_03_not_before_five_holds_what_we_start_until_five(known: bool) -> None:
    world = maria(known=known)
    assert world.says(prefers("dont text me before 5 im at work"))[0] == "utter_law_hours_barred"
    if not known:
        world.says(MARIA)
    assert held_until(world, TOMORROW_NOON) == TOMORROW_NOON.replace(hour=22)
    assert held_until(world, TOMORROW_NOON + timedelta(days=2)) is None, "a Saturday"


@pytest.mark.parametrize(
    ("language", "text", "read_back"),
    [
        ("en", "dont text me before 5 im at work", "before 5:00 PM from Monday to Friday."),
        ("en", "never on sundays", "we won't write to you every Sunday."),
        ("en", "not before 5 or after 8", "before 5:00 PM or after 8:00 PM."),
        ("es", "nunca los sábados ni domingos", "no le escribimos cada sábado y domingo."),
        ("es", "trabajo de 9 a 5", "entre 9:00 a.m. y 5:00 p.m. de lunes a viernes."),
    ],
)
def test_RF_03_their_own_hours_are_read_back(language: contact.Language, text: str, read_back: str) -> None:
    world = maria(language)
    world.says(prefers(text))
    plain = str.maketrans("áíóú", "aiou")  # a long SMS goes without its accents
    assert read_back.translate(plain) in world.rows()[-1].text.translate(plain)


def test_RF_03_a_whole_day_is_barred_until_it_is_over() -> None:
    world = maria()
    world.says(prefers("never on sundays"))
    sunday = datetime(2026, 11, 22, 17, 0, tzinfo=timezone.utc)
    assert held_until(world, sunday) == datetime(2026, 11, 23, 13, 0, tzinfo=timezone.utc), "Monday at eight"


def test_RF_03_it_is_barred_also_while_a_person_has_the_conversation_and_nothing_is_said() -> None:
    world = maria()
    world.agent_takes()
    assert world.says(prefers("not before 5")) == []
    with core.reading(world.database) as session:
        assert len(contact.places.barred_times(session, [world.party("NW-1000")])) == 1


def test_RF_03_what_the_words_do_not_give_goes_to_a_person() -> None:
    world = maria()
    assert world.says(prefers("no me escriban al trabajo")) == ["utter_contact_preference"]
    with core.reading(world.database) as session:
        assert contact.places.barred_times(session, [world.party("NW-1000")]) == ()


def test_RF_03_who_writes_in_a_barred_hour_is_still_answered() -> None:
    world = maria()
    world.says(prefers("not before 5"))
    assert world.says("ask_balance") and world.rows()[-1].held_until is None


def test_RF_03_a_barred_time_is_stored_once_and_lifted_with_a_reason() -> None:
    world, party = maria(), ""
    for _ in range(2):
        world.says(prefers("not before 5"))
    party = world.party("NW-1000")
    with core.transaction(world.database) as session:
        (one,) = contact.places.times_barred(session, party)
        assert one.barred == Barred(datetime.min.replace(hour=0).time(), datetime.min.replace(hour=17).time())
        how = {"by": "agent:7", "reason": "they said so by telephone", "now": world.clock.now()}
        assert contact.places.allow_time(session, party, one.number, **how)
        assert not contact.places.allow_time(session, party, one.number, **how)
        assert contact.places.times_barred(session, party) == ()
        (fact,) = core.facts(session, kind="TimeAllowed")
        assert fact.data["reason"] == "they said so by telephone"


def test_an_act_with_hours_waits_between_two_turns_as_it_is() -> None:
    said = Said(prefers("not before 5 or after 9"), "not before 5 or after 9")
    assert packing.unpack(packing.pack(said)) == said
