"""UK-06: a breathing space has its days, ends by itself, and nothing is asked for or added within it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot import accounts, contact, core
from bot.accounts import EntryKind
from bot.core import Money, Problems
from tests.law.kit import MARIA, REMINDER, START, World

TODAY = START.date()
DAY = timedelta(days=1)


def maria() -> World:
    found = World("sms", "+15550100001")
    found.says(MARIA)
    return found


def give(world: World, begins: date = TODAY, ends: date | None = TODAY + 60 * DAY) -> str:
    with core.transaction(world.database) as session:
        return accounts.give_space(
            session, world.party("NW-1000"), begins_on=begins, ends_on=ends, reason="notice of the Insolvency Service",
            actor="agent:7", now=world.clock.now(),
        )  # fmt: skip


def charge(world: World, kind: EntryKind = EntryKind.INTEREST, on: date | None = None, source: str = "june") -> bool:
    with core.transaction(world.database) as session:
        (debt,) = accounts.known_debts_by_customer(session, "C-1000")
        amount = Money(500, "USD")
        how = {"source": source, "now": world.clock.now()}
        return accounts.post(session, debt_id=debt.id, kind=kind, amount=amount, on=on, **how)  # type: ignore[arg-type]


def owed(world: World) -> Money:
    with core.reading(world.database) as session:
        return accounts.known_debts_by_customer(session, "C-1000")[0].balance


def test_UK_06_it_ends_by_itself_when_its_last_day_is_over_and_not_before() -> None:
    """At noon in UTC the day is over on the last island: four hours earlier it is not."""
    world = maria()
    give(world)
    for hours, held in ((60 * 24, True), (61 * 24 - 4, True), (61 * 24, False)):
        world.clock.move(START + timedelta(hours=hours) - world.clock.now())
        assert ("breathing_space" in world.holds_of("NW-1000")) is held, hours
        assert ("breathing_space" in world.holds()) is held, hours
    with core.reading(world.database) as session:
        assert not contact.every_active_hold(session, world.clock.now())


def test_UK_06_no_offer_link_or_reminder_within_it_and_they_are_back_after_it() -> None:
    world = maria()
    give(world)
    before = world.last()
    for said in ("ask_options", "pay", "request_plan"):
        world.says(said)
    assert world.tries_to_send(REMINDER) == 0
    assert not world.asked_for_money(before) and not world.links()
    world.clock.move(62 * DAY)
    before = world.last()
    world.says(MARIA)
    world.says("ask_options")
    assert world.asked_for_money(before)


@pytest.mark.parametrize("kind", [EntryKind.INTEREST, EntryKind.FEE])
@pytest.mark.parametrize("days", [0, 30, 60])
def test_UK_06_no_interest_and_no_fee_is_added_for_one_of_its_days_then_or_later(kind: EntryKind, days: int) -> None:
    world = maria()
    give(world)
    before = owed(world)
    world.clock.move(90 * DAY)
    with pytest.raises(Problems, match="breathing space"):
        charge(world, kind, TODAY + days * DAY)
    assert owed(world) == before
    assert charge(world, kind, TODAY + 61 * DAY) and owed(world) > before, "the day after it counts again"


def test_UK_06_a_payment_of_theirs_is_taken_within_it() -> None:
    world = maria()
    give(world)
    with core.transaction(world.database) as session:
        (debt,) = accounts.known_debts_by_customer(session, "C-1000")
        how = {"source": "cheque", "now": world.clock.now()}
        assert accounts.post(session, debt_id=debt.id, kind=EntryKind.PAYMENT, amount=Money(-500, "USD"), **how)  # type: ignore[arg-type]


def test_UK_06_what_was_charged_within_it_before_we_were_told_is_taken_off_and_does_not_come_back() -> None:
    world = maria()
    before = owed(world)
    charge(world, on=TODAY - 10 * DAY, source="before it began")
    charge(world, on=TODAY - DAY, source="within it")
    give(world, begins=TODAY - 3 * DAY, ends=TODAY + 57 * DAY)
    assert owed(world) == before + Money(500, "USD")
    with core.transaction(world.database) as session:
        (debt,) = accounts.known_debts_by_customer(session, "C-1000")
        (waiver,) = accounts.waivers(accounts.known_history(session, debt.id))
        with pytest.raises(Problems, match="breathing space"):
            accounts.charge_again(
                session, debt.id, waiver.number, reason="by mistake", by="agent:7", now=world.clock.now()
            )


def test_UK_06_in_a_mental_health_crisis_it_lasts_until_it_is_lifted() -> None:
    world = maria()
    hold = give(world, ends=None)
    world.clock.move(400 * DAY)
    assert "breathing_space" in world.holds_of("NW-1000")
    with pytest.raises(Problems):
        charge(world)
    with core.transaction(world.database) as session:
        contact.release_hold(session, hold, reason="thirty days after", actor="agent:7", now=world.clock.now())
    world.clock.move(DAY)
    assert "breathing_space" not in world.holds_of("NW-1000") and charge(world)


@pytest.mark.parametrize(("begins", "ends"), [(1, 40), (0, 61), (-90, -30), (0, -1)])
def test_UK_06_days_that_the_law_does_not_have_are_refused(begins: int, ends: int) -> None:
    world = maria()
    with pytest.raises(Problems, match="begins|ends"):
        give(world, TODAY + begins * DAY, TODAY + ends * DAY)
    assert not world.holds_of("NW-1000")


def test_UK_06_a_plan_does_not_break_within_it() -> None:
    world = maria()
    hold = give(world)
    with core.reading(world.database) as session:
        (debt,) = accounts.known_debts_by_customer(session, "C-1000")
        ((start, over),) = contact.times_held(session, debt.party_id, debt.id)
    assert hold and start <= START + DAY and over is not None and over.date() == TODAY + 61 * DAY
