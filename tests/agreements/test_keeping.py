"""Agreements over time, in a database: changed at their wish, missed, paused, broken, completed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from itertools import count
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy.engine import Engine

from bot import contact, negotiation
from bot.negotiation import ChangeDenied, Kind, Move, MoveUp, NewAmount, Reason, Skip, store
from tests.agreements.kit import World, make_world, usd
from tests.agreements.upkeep_kit import seeds

pytestmark = pytest.mark.postgres
_PEOPLE = count(1)


def change(world: World, wanted: negotiation.Change, agreement: negotiation.Agreement) -> negotiation.Agreement:
    done: negotiation.Agreement = world.run(negotiation.change, world.who, agreement.id, wanted, world.now, "in_change")
    return done


def test_a_moved_part_is_a_fact_and_the_agreement_keeps_its_sum(world: World) -> None:
    agreement = world.monthly(200)
    moved = change(world, Move(date(2026, 12, 11)), agreement)
    assert world.left() == ["2026-12-11 200", "2027-01-04 200", "2027-02-04 200"]
    assert moved.total == agreement.total and moved.revision == 1 and moved.id == agreement.id
    (fact,) = world.facts("InstalmentMoved")
    assert fact.data["day"] == "2026-12-04" and fact.data["message"] == "in_change" and fact.actor == "debtor"


def test_what_a_change_would_give_can_be_read_back_before_it_is_made(world: World) -> None:
    agreement = world.monthly(200)
    wanted = NewAmount(usd(300))
    seen = world.run(negotiation.consider, world.who, agreement.id, wanted, world.now)
    assert world.current() == agreement
    assert change(world, wanted, agreement).schedule == seen.schedule


def test_a_denied_change_says_why_in_a_response_with_its_values(world: World) -> None:
    agreement = world.monthly(200)
    with pytest.raises(ChangeDenied) as denied:
        change(world, Move(date(2026, 12, 30)), agreement)
    assert denied.value.response == "utter_negotiation_reason_extension_too_late"
    assert denied.value.values == {"date": date(2026, 12, 30), "latest": date(2026, 12, 18)}


def test_only_their_own_agreement_in_force_can_be_changed(world: World) -> None:
    agreement = world.monthly(200)
    world.run(negotiation.end, agreement.id, "cancelled", world.now)
    with pytest.raises(negotiation.NoSuchAgreement):
        change(world, Skip(), agreement)


def test_nothing_is_changed_under_a_hold(world: World) -> None:
    agreement = world.monthly(200)
    world.hold()
    with pytest.raises(negotiation.DebtOnHold):
        change(world, Skip(), agreement)


def test_the_third_skip_within_a_year_is_denied_and_allowed_a_year_after_the_first(world: World) -> None:
    agreement = world.monthly(50)
    change(world, Skip(), agreement)
    change(world, Skip(), agreement)
    with pytest.raises(ChangeDenied) as denied:
        change(world, Skip(), agreement)
    assert denied.value.denied.reason is Reason.CHANGES_USED
    world.later(days=365)
    assert change(world, Skip(), agreement).revision == 3


def test_four_changes_a_year_however_many_agreements_and_a_new_one_is_a_change(world: World) -> None:
    for _ in range(2):
        change(world, Move(world.today + timedelta(days=20)), world.monthly(60))
        world.later(minutes=1)
    with pytest.raises(ChangeDenied):
        change(world, Move(world.today + timedelta(days=20)), world.monthly(60))


def test_a_later_policy_does_not_alter_what_an_agreement_allows(world: World) -> None:
    from tests.agreements.test_versions import published

    agreement = world.monthly(60)
    world.later(minutes=1)
    published(world, skips_per_year=0, payments_per_change=10)
    change(world, Skip(), agreement)
    assert len(world.facts("InstalmentSkipped")) == 1


def test_money_paid_ahead_covers_what_comes_next_and_may_bring_the_end_forward(world: World) -> None:
    agreement = world.monthly(100)
    world.pay(150)
    assert world.left()[0] == "2027-01-04 50"
    change(world, MoveUp(), agreement)
    assert world.left()[0] == "2026-12-04 50" and world.left()[-1] == "2027-04-05 100"


def test_payments_before_and_after_a_change_count_towards_the_same_agreement(world: World) -> None:
    agreement = world.monthly(100)
    world.pay(130)
    change(world, NewAmount(usd(235)), agreement)
    assert world.left() == ["2027-01-04 235", "2027-02-04 235"]
    world.pay(235)
    assert world.left() == ["2027-02-04 235"]
    world.pay(-30)
    assert world.left() == ["2027-01-04 30", "2027-02-04 235"]


def test_a_missed_part_goes_to_the_end_once_however_often_it_is_looked_at(world: World) -> None:
    agreement = world.monthly(200)
    world.at("2026-12-07")
    assert world.look_after(agreement) == ()
    world.at("2026-12-08")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: world.look_after(agreement), range(4)))
    assert world.left() == ["2027-01-04 200", "2027-02-04 200", "2027-03-04 200"]
    assert len(world.facts("InstalmentMissed")) == 1 and world.count(store.agreement_changes) == 1


def test_two_missed_in_a_row_break_it(world: World) -> None:
    agreement = world.monthly(100)
    world.at("2027-01-08")
    assert world.look_after(agreement) == ("missed", "broken")
    assert world.run(negotiation.how_it_ended, agreement.id) == "broken" and world.current() is None
    assert len(world.facts("InstalmentMissed")) == 2
    case = world.run(negotiation.case_for, world.who, world.debt_id, world.now, world.today)
    assert case.broken_plans == 1


def test_a_payment_between_keeps_it_alive(world: World) -> None:
    agreement = world.monthly(100)
    world.at("2026-12-08")
    world.look_after(agreement)
    world.at("2027-01-04")
    world.pay(100)
    world.at("2027-02-09")
    assert world.look_after(agreement) == ("missed",)


def test_a_hold_keeps_an_agreement_from_breaking(world: World) -> None:
    agreement = world.monthly(100)
    hold_id = world.hold()
    world.at("2027-01-08")
    assert world.look_after(agreement) == ("held", "held")
    world.run(contact.release_hold, hold_id, reason="decided", actor="agent:1", now=world.now)
    assert world.look_after(agreement) == () and world.left()[0] == "2027-02-04 100"


def test_a_plan_that_is_paid_is_completed_and_a_discount_is_forgiven(world: World) -> None:
    settlement = world.settlement()
    world.pay(str(settlement.total.major))
    assert world.look_after(settlement) == ("completed",)
    assert world.balance.is_zero
    (fact,) = world.facts("AgreementEnded")
    assert fact.data == {"how": "completed"}


def test_the_discount_for_paying_in_full_is_forgiven_too(engine: Engine, world: World) -> None:
    big = make_world_with(engine, world, "2600.00")
    agreement = big.accept(big.option(Kind.FULL))
    assert agreement.discount == usd("130.00")
    big.pay(str(agreement.total.major))
    assert big.look_after(agreement) == ("completed",) and big.balance.is_zero


def make_world_with(engine: Engine, world: World, bill: str) -> World:
    from bot import accounts

    fee = accounts.EntryKind.FEE
    amount = usd(bill) - world.balance
    world.run(accounts.post, debt_id=world.debt_id, kind=fee, amount=amount, source="more", now=world.now)
    return world


def test_cancelling_keeps_their_reason_out_of_the_log_and_with_the_agreement(world: World) -> None:
    agreement = world.monthly(100)
    world.run(negotiation.cancel, world.who, agreement.id, "my mother is ill", world.now)
    ((reason,),) = world.rows(store.agreement_ends.select().with_only_columns(store.agreement_ends.c.reason))
    assert reason == "my mother is ill"
    (fact,) = world.facts("AgreementEnded")
    assert fact.actor == "debtor" and "mother" not in str(fact.data)


def test_a_pause_interrupts_the_plan_that_runs_and_does_not_replace_it(world: World) -> None:
    agreement = world.monthly(100)
    world.run(negotiation.note_hardship, world.who, "in_told", world.now)
    paused = world.accept(world.option(Kind.PAUSE))
    assert paused.id == agreement.id and world.left()[0] == "2027-01-04 100"
    assert paused.total == agreement.total and len(paused.schedule) == 6
    case = world.run(negotiation.case_for, world.who, world.debt_id, world.now, world.today)
    assert case.pauses_used == 1


def test_a_pause_without_a_plan_is_over_when_its_day_has_passed(world: World) -> None:
    world.run(negotiation.note_hardship, world.who, "in_told", world.now)
    paused = world.accept(world.option(Kind.PAUSE))
    assert paused.until is not None and paused.schedule == ()
    world.at(paused.until.isoformat())
    assert world.look_after(paused) == ()
    world.later(days=1)
    assert world.look_after(paused) == ("completed",) and world.current() is None


def test_an_extension_of_a_settlement_in_parts_keeps_its_discount(world: World) -> None:
    agreement = world.accept(world.option(Kind.SETTLEMENT_PARTS))
    extended = world.accept(world.option(Kind.EXTENSION))
    assert extended.id == agreement.id and extended.discount == agreement.discount
    assert extended.schedule[0].due > agreement.schedule[0].due
    world.pay(str(agreement.total.major))
    world.look_after(agreement)
    assert world.balance.is_zero


def test_a_promise_does_not_cost_them_their_plan(world: World) -> None:
    agreement = world.monthly(100)
    promised = world.accept(world.propose(wants="promise", each=usd(40), first_date=date(2026, 12, 11)))
    assert promised.id == agreement.id and promised.total == agreement.total
    assert world.left()[0] == "2026-12-11 40" and world.left()[-1] == "2027-06-04 60"


def test_accepting_an_extension_twice_is_extending_once(world: World) -> None:
    world.monthly(100)
    offered = world.option(Kind.EXTENSION)
    assert world.accept(offered) == world.accept(offered)
    assert world.count(store.agreement_changes) == 1


def test_an_extension_is_outdated_when_money_came_in_the_meantime(world: World) -> None:
    world.monthly(100)
    offered = world.option(Kind.EXTENSION)
    world.pay(10)
    with pytest.raises(negotiation.OfferOutdated):
        world.accept(offered)


def test_a_broken_promise_is_broken_after_its_days_of_grace(world: World) -> None:
    promise = world.accept(world.propose(wants="promise", each=usd(50), first_date=date(2026, 11, 27)))
    world.at("2026-11-30")
    assert world.look_after(promise) == ()
    world.at("2026-12-01")
    assert world.look_after(promise) == ("broken",)


def test_agreements_are_looked_at_in_portions(world: World) -> None:
    first = world.monthly(100)
    assert world.run(negotiation.open_agreements) == [first.id]
    assert world.run(negotiation.open_agreements, after=first.id) == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seeds)
def test_a_year_of_paying_missing_and_changing_never_loses_a_cent(engine: Engine, now: datetime, seed: int) -> None:
    """What came and what is left are always what was agreed, and it comes to an end."""
    chance = Random(seed)
    world = make_world(engine, now, person=next(_PEOPLE))
    agreement = world.monthly(chance.choice((50, 75, 110)))
    for _ in range(40):
        world.later(days=chance.randint(1, 20))
        _live(world, agreement, chance)
        current = world.current()
        if current is None:
            break
        assert sum(part.amount.minor for part in current.schedule) == agreement.total.minor
        paid = agreement.total - world.balance
        assert sum((part.amount for part in _left(world, current)), usd(0)) == agreement.total - paid
    assert world.current() is None or world.balance.is_positive


def _left(world: World, current: negotiation.Agreement) -> tuple[negotiation.Instalment, ...]:
    left: tuple[negotiation.Instalment, ...] = world.run(negotiation.remaining, current)
    return left


def _live(world: World, agreement: negotiation.Agreement, chance: Random) -> None:
    world.look_after(agreement)
    current = world.current()
    if current is None:
        return
    if chance.random() < 0.5:
        world.pay(str(min(usd(chance.randint(5, 150)), world.balance).major))
        return
    wanted = chance.choice((Skip(), MoveUp(), NewAmount(usd(60)), Move(world.today + timedelta(days=5))))
    try:
        change(world, wanted, current)
    except negotiation.ChangeDenied:
        return
