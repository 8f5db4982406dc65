"""A cheque, cash, a transfer: recorded by a person with its day, replayed as if it had come in order, taken back."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy.engine import Engine

from bot import accounts, negotiation, payments
from bot.core import Problems
from bot.payments import AlreadyRecorded, How, Received
from tests.agreements.kit import World, make_world, usd

pytestmark = pytest.mark.postgres
BY = "agent:stf_1"


@pytest.fixture
def world(engine: Engine, now: datetime) -> World:
    return make_world(engine, now)


def received(amount: str | int, on: str, reference: str = "1042", how: How = How.CHEQUE) -> Received:
    return Received(usd(amount), date.fromisoformat(on), how, reference)


def record(world: World, got: Received) -> None:
    world.run(payments.record_received, world.debt_id, got, by=BY, now=world.now)


def standing(world: World) -> list[payments.Recorded]:
    return payments.standing(world.run(accounts.known_history, world.debt_id))


def take_back(world: World) -> None:
    [one] = standing(world)
    how = {"reason": "the cheque bounced", "by": BY, "now": world.now}
    world.run(payments.take_back, world.debt_id, one.number, **how)


def missed(world: World) -> list[str]:
    newest = world.run(negotiation.current_agreement, world.debt_id)
    return [str(day) for day in world.run(negotiation.missed, newest, world.now)] if newest else []


def test_it_counts_from_its_day_and_the_fact_names_who_recorded_it(world: World) -> None:
    record(world, received(50, "2026-11-10"))
    last = world.run(accounts.known_history, world.debt_id)[-1]
    assert (last.kind, last.amount, last.effective_on) == (accounts.EntryKind.PAYMENT, -usd(50), date(2026, 11, 10))
    assert world.balance == usd(550)
    [fact] = world.facts("PaymentRecorded")
    assert fact.actor == BY and fact.data["how"] == "cheque" and fact.data["over"] == 0


def test_a_wrong_amount_day_or_reference_are_all_said_at_once(world: World) -> None:
    with pytest.raises(Problems) as no:
        record(world, received(0, "2026-12-24", "  "))
    assert [problem.where for problem in no.value.problems] == ["amount", "on", "reference"]
    assert world.balance == usd(600)


def test_the_same_cheque_is_recorded_once_and_again_after_it_was_taken_back(world: World) -> None:
    record(world, received(50, "2026-11-10"))
    with pytest.raises(AlreadyRecorded):
        record(world, received(50, "2026-11-10", "10 42"))
    take_back(world)
    assert world.balance == usd(600) and standing(world) == []
    with pytest.raises(Problems):
        world.run(payments.take_back, world.debt_id, 1, reason="again", by=BY, now=world.now)
    record(world, received(50, "2026-11-10"))
    assert world.balance == usd(550)


def test_what_was_taken_back_is_no_last_payment(world: World) -> None:
    before = world.run(accounts.itemisation, world.who, world.debt_id)
    record(world, received(50, "2026-11-17"))
    assert world.run(accounts.itemisation, world.who, world.debt_id).last_payment == accounts.Payment(
        usd(50), date(2026, 11, 17)
    )
    take_back(world)
    after = world.run(accounts.itemisation, world.who, world.debt_id)
    assert (after.last_payment, after.balance) == (before.last_payment, before.balance)


def test_a_part_that_was_paid_in_time_no_longer_counts_as_missed(world: World) -> None:
    agreement = world.monthly(200)
    world.at("2026-12-20")
    assert world.look_after(agreement) == ("missed",)
    assert world.left() == ["2027-01-04 200", "2027-02-04 200", "2027-03-04 200"] and missed(world) == ["2026-12-04"]
    record(world, received(200, "2026-12-03"))
    assert world.left() == ["2027-01-04 200", "2027-02-04 200"] and missed(world) == []
    take_back(world)
    assert world.left() == ["2027-01-04 200", "2027-02-04 200", "2027-03-04 200"] and missed(world) == ["2026-12-04"]
    assert len(world.facts("AgreementReplayed")) == 2


def test_what_came_too_late_stays_missed_and_pays_the_next_part(world: World) -> None:
    agreement = world.monthly(200)
    world.at("2026-12-20")
    world.look_after(agreement)
    record(world, received(200, "2026-12-19"))
    assert world.left() == ["2027-02-04 200", "2027-03-04 200"] and missed(world) == ["2026-12-04"]
    assert world.facts("AgreementReplayed") == []


def test_a_plan_that_ended_because_nobody_knew_of_the_money_is_in_force_again(world: World) -> None:
    agreement = world.monthly(200)
    world.at("2026-12-20")
    world.look_after(agreement)
    world.at("2027-01-20")
    assert world.look_after(agreement)[-1] == "broken" and world.current() is None
    world.at("2027-02-20")
    record(world, received(200, "2027-01-04"))
    assert world.current() is not None and missed(world) == ["2026-12-04", "2027-02-04"]
    assert [fact.data["had_ended"] for fact in world.facts("AgreementReopened")] == ["broken"]
    take_back(world)
    assert world.current() is None


def test_what_they_moved_themselves_stays_where_they_put_it(world: World) -> None:
    agreement = world.monthly(200)
    world.at("2026-12-20")
    world.look_after(agreement)
    world.run(negotiation.change, world.who, agreement.id, negotiation.Move(date(2027, 1, 11)), world.now, "in_1")
    record(world, received(200, "2026-12-03"))
    assert world.left() == ["2027-02-04 200", "2027-03-04 200"]
    assert missed(world) == ["2026-12-04"]


def test_money_of_before_the_agreement_makes_the_debt_smaller_and_pays_no_part(world: World) -> None:
    world.monthly(200)
    record(world, received(50, "2026-11-10"))
    assert world.left() == ["2026-12-04 200", "2027-01-04 200", "2027-02-04 150"]


def test_the_last_part_completes_it_and_a_bounced_cheque_opens_it_again(world: World) -> None:
    agreement = world.settlement()
    amount = agreement.total.major
    record(world, received(str(amount), "2026-11-18"))
    assert world.current() is None and world.balance == usd(0)
    take_back(world)
    assert world.current() is not None and world.balance == usd(600)
    record(world, received(str(amount), "2026-11-18", "1043"))
    assert world.current() is None and world.balance == usd(0)


def test_recording_what_came_today_changes_no_schedule(world: World) -> None:
    world.monthly(200)
    world.at("2026-12-04")
    record(world, received(200, "2026-12-04"))
    assert world.left() == ["2027-01-04 200", "2027-02-04 200"] and world.facts("AgreementReplayed") == []
