"""12 CFR 1006.14(b)(2): calls that colleagues make are counted, and a refused one is not made in silence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot import contact, core
from bot.contact.calls import Call, Kind
from tests.law.kit import MARIA, World

OURS, MISSED = Call(Kind.OURS, reached=True), Call(Kind.OURS, reached=False)
ASKED_FOR = Call(Kind.ASKED_FOR, reached=True)
AGENT = "agent:7"
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)


def maria() -> World:
    world = World("sms", "+15550100001")
    world.says(MARIA)
    return world


def may(world: World, call: Call = MISSED) -> contact.Decision:
    talk, how = world.talk(), contact.Sending("call", author=AGENT)
    with core.reading(world.database) as session:
        return contact.calls.may_call(session, talk, call, how, world.clock.now())


def made(world: World, call: Call = MISSED, later: timedelta = AN_HOUR) -> tuple[str, ...]:
    talk, how = world.talk(), contact.Sending("call", author=AGENT)
    with core.transaction(world.database) as session:
        broke = contact.calls.note_call(session, talk, call, how, world.clock.now())
    world.clock.move(later)
    return broke


def relaxed(world: World, *ids: str) -> None:
    """Our own stricter limits, so that only the law's is left."""
    with core.transaction(world.database) as session:
        for one in ids:
            contact.orders.relax(session, one, reason="only the law's limit here", actor="ops", now=world.clock.now())


def test_RF_16_the_eighth_call_in_seven_days_may_not_be_made_and_is_a_breach_when_it_was() -> None:
    world = maria()
    relaxed(world, "RF-17")
    assert [made(world, later=timedelta(minutes=20)) for _ in range(7)] == [()] * 7
    decision = may(world)
    assert decision.until is not None and "RF-16" in decision.rules
    assert "RF-16" in made(world)
    assert may(world, ASKED_FOR).until is None, "they asked to be called"


def test_RF_16_another_debt_has_its_own_seven() -> None:
    world = maria()
    relaxed(world, "RF-17")
    for _ in range(7):
        made(world, Call(Kind.OURS, reached=False, debts=["dbt_1"]), later=timedelta(minutes=20))
    assert may(world, Call(Kind.OURS, reached=False, debts=["dbt_1"])).until is not None
    assert may(world, Call(Kind.OURS, reached=False, debts=["dbt_2"])).until is None


@pytest.mark.parametrize("kind", [Kind.OURS, Kind.THEIRS, Kind.ASKED_FOR])
def test_RF_16_after_a_talk_none_for_seven_days_whoever_had_called(kind: Kind) -> None:
    world = maria()
    made(world, Call(kind, reached=True), later=timedelta(days=6))
    assert (may(world).allowed, may(world).rules) == (False, ("RF-16-TALK",))
    world.clock.move(A_DAY)
    assert may(world).allowed


def test_RF_16_a_call_that_nobody_took_is_no_talk() -> None:
    world = maria()
    made(world, MISSED)
    assert may(world).allowed


def test_RF_01_and_RF_03_and_RF_15_hold_for_calls_as_for_messages() -> None:
    world = maria()
    party, now = world.party("NW-1000"), world.clock.now()
    world.clock.move(timedelta(hours=-4))
    assert may(world).until is not None and "RF-01" in may(world).rules, "six in the morning"
    world.clock.move(timedelta(hours=4))
    with core.transaction(world.database) as session:
        contact.bar_medium(session, party_id=party, channel="phone", source="test", now=now)
    assert (may(world).allowed, may(world).rules) == (False, ("RF-15",))
    assert may(world, ASKED_FOR).allowed, "they asked for this one"


@pytest.mark.parametrize("said", ["cease_contact", "attorney", "bankruptcy", "not_my_debt"])
def test_a_hold_stops_calls_that_we_start(said: str) -> None:
    world = maria()
    world.says(said)
    assert not may(world).allowed


def test_whoever_is_in_danger_may_be_called_at_any_hour_and_nobody_else_under_that_name() -> None:
    world = maria()
    night = timedelta(hours=14)
    world.clock.move(night)
    assert may(world, Call(Kind.SAFETY, reached=False)).until is not None
    world.clock.move(-night)
    world.says("crisis")
    world.clock.move(night)
    decision = may(world, Call(Kind.SAFETY, reached=False))
    assert decision.allowed and decision.until is None


def test_a_call_counts_where_the_law_counts_calls_and_texts_together() -> None:
    """Our own three in seven days, on every channel."""
    world, say = maria(), contact.Say("utter_contact_picture", "x", audience="anyone", tag="reminder")
    for _ in range(3):
        made(world)
    assert world.tries_to_send(say) == 1
    row: Any = world.rows()[-1]
    assert row.held_until is not None and "RF-17" in row.rules
