"""Changing an agreement, and what a part that did not come does to it. All of it without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from hypothesis import given, settings

from bot.core import Money
from bot.negotiation import Frequency, Instalment, Kind, Proposal, Reason, upkeep
from bot.negotiation.kept import (
    COUNTED,
    Broken,
    Changed,
    Denied,
    ForPerson,
    Kept,
    Move,
    MoveUp,
    NewAmount,
    Skip,
    What,
    split,
)
from bot.negotiation.schedule import banking_day
from tests.agreements.upkeep_kit import TODAY, agreed_plan, change_of, kept_of, limits, plan, seeds, shown, usd
from tests.examples import many

FOUR = (("2026-12-04", 40), ("2027-01-04", 40), ("2027-02-04", 40), ("2027-03-04", 40))


def total(kept: Kept | Changed) -> int:
    return sum(part.amount.minor for part in kept.schedule)


@settings(max_examples=many(1000), deadline=None)
@given(seeds)
def test_a_change_keeps_the_sum_and_the_paid_parts_and_sets_no_day_in_the_past(seed: int) -> None:
    chance = Random(seed)
    kept = kept_of(chance)
    wanted = change_of(chance, kept)
    done = upkeep.decide(kept, wanted, TODAY)
    if isinstance(done, Denied):
        return
    assert total(done) == total(kept)
    assert done.schedule[: len(kept.covered)] == kept.covered
    assert_left_in_order(kept, done, *((wanted.to,) if isinstance(wanted, Move) else ()))


@settings(max_examples=many(1000), deadline=None)
@given(seeds)
def test_never_more_changes_than_the_agreement_allows(seed: int) -> None:
    """One year of asking for anything: moves, skips and changes stay within their numbers."""
    chance = Random(seed)
    kept = replace(kept_of(chance), moves=0, skips=0, changes=0)
    for _ in range(12):
        done = upkeep.decide(kept, change_of(chance, kept), TODAY)
        if isinstance(done, Denied):
            continue
        assert done.what is not What.MOVED or kept.moves < upkeep.moves_allowed(kept)
        kept = replace(
            kept,
            schedule=done.schedule,
            moves=kept.moves + (done.what is What.MOVED),
            skips=kept.skips + (done.what is What.SKIPPED),
            changes=kept.changes + (done.what in COUNTED),
        )
    assert kept.skips <= kept.limits.upkeep.skips_per_year
    assert kept.changes <= kept.changes_per_year


@settings(max_examples=many(1000), deadline=None)
@given(seeds)
def test_what_is_missed_goes_to_the_end_or_ends_it_and_that_comes_to_rest(seed: int) -> None:
    chance = Random(seed)
    kept, held = kept_of(chance), chance.random() < 0.2
    for _ in range(100):
        done = upkeep.overdue(kept, TODAY, held=held)
        if not isinstance(done, Changed):
            break
        assert total(done) == total(kept) and done.schedule[: len(kept.covered)] == kept.covered
        assert_left_in_order(kept, done)
        missed = (*kept.missed, done.day) if done.what is What.MISSED and done.day else kept.missed
        kept = replace(kept, schedule=done.schedule, missed=missed)
    assert not isinstance(done, Changed), "it never comes to rest"
    assert not held or done is None, "nothing is missed under a hold"


@settings(max_examples=many(1000), deadline=None)
@given(seeds)
def test_a_promise_within_a_plan_keeps_the_sum(seed: int) -> None:
    chance = Random(seed)
    kept = kept_of(chance)
    promise = Instalment(banking_day(TODAY + timedelta(days=chance.randint(0, 30))), usd(chance.randint(1, 2500)))
    if not upkeep.takes_promises(kept):
        return
    done = upkeep.promised(kept, promise, TODAY)
    if isinstance(done, Changed):
        assert total(done) == total(kept) and done.schedule[: len(kept.covered)] == kept.covered
        assert_left_in_order(kept, done, promise.due)


def test_a_promise_takes_the_place_of_the_next_part_and_the_rest_of_it_goes_to_the_end() -> None:
    done = upkeep.promised(plan(*FOUR), Instalment(date(2026, 12, 18), usd(25)), TODAY)
    assert shown(done) == ["2026-12-18 25", "2027-01-04 40", "2027-02-04 40", "2027-03-04 40", "2027-04-05 15"]


def test_a_larger_promise_covers_the_parts_after_it_too() -> None:
    done = upkeep.promised(plan(*FOUR), Instalment(date(2026, 12, 18), usd(100)), TODAY)
    assert shown(done) == ["2026-12-18 100", "2027-02-04 20", "2027-03-04 40"]


def assert_left_in_order(kept: Kept, done: Changed, *named: date) -> None:
    left = [part.due for part in done.schedule[len(kept.covered) :]]
    assert left == sorted(left)
    before = {*named, *(part.due for part in kept.schedule)}
    for day in left:
        assert day in before or day >= TODAY
        is_theirs = day.weekday() in {one.weekday() for one in before if one.weekday() >= 5}
        assert day in before or day == TODAY or banking_day(day) == day or is_theirs


def test_the_next_part_moves_to_the_day_they_name() -> None:
    done = upkeep.decide(plan(*FOUR), Move(date(2026, 12, 11)), TODAY)
    assert shown(done) == ["2026-12-11 40", "2027-01-04 40", "2027-02-04 40", "2027-03-04 40"]


def test_a_named_day_on_a_weekend_stays() -> None:
    assert shown(upkeep.decide(plan(*FOUR), Move(date(2026, 12, 12)), TODAY))[0] == "2026-12-12 40"


def test_a_part_moves_two_weeks_at_most_and_one_day_more_is_too_late() -> None:
    assert isinstance(upkeep.decide(plan(*FOUR), Move(date(2026, 12, 18)), TODAY), Changed)
    denied = upkeep.decide(plan(*FOUR), Move(date(2026, 12, 19)), TODAY)
    latest = {"date": date(2026, 12, 19), "latest": date(2026, 12, 18)}
    assert denied == Denied(Reason.EXTENSION_TOO_LATE, latest)


def test_a_day_that_has_passed_is_no_day_to_move_to() -> None:
    denied = upkeep.decide(plan(*FOUR), Move(date(2026, 11, 17)), TODAY)
    assert denied == Denied(Reason.DATE_PASSED, {"date": date(2026, 11, 17)})


def test_one_part_in_three_may_move() -> None:
    assert isinstance(upkeep.decide(plan(*FOUR, moves=1), Move(date(2026, 12, 11)), TODAY), Changed)
    assert upkeep.decide(plan(*FOUR, moves=2), Move(date(2026, 12, 11)), TODAY) == Denied(Reason.CHANGES_USED)


def test_a_skipped_part_is_added_at_the_end_in_the_same_rhythm() -> None:
    done = upkeep.decide(plan(*FOUR), Skip(date(2027, 1, 4)), TODAY)
    assert shown(done) == ["2026-12-04 40", "2027-02-04 40", "2027-03-04 40", "2027-04-05 40"]


def test_a_plan_of_second_fridays_goes_on_with_second_fridays() -> None:
    fridays = plan(("2026-12-11", 40), ("2027-01-08", 40), ("2027-02-12", 40), ("2027-03-12", 40))
    assert shown(upkeep.decide(fridays, Skip(), TODAY))[-1] == "2027-04-09 40"


def test_a_plan_of_last_fridays_goes_on_with_last_fridays() -> None:
    fridays = plan(("2026-12-25", 40), ("2027-01-29", 40), ("2027-02-26", 40), ("2027-03-26", 40))
    assert shown(upkeep.decide(fridays, Skip(), TODAY))[-1] == "2027-04-30 40"


def test_two_skips_a_year_and_not_a_third() -> None:
    assert isinstance(upkeep.decide(plan(*FOUR, skips=1), Skip(), TODAY), Changed)
    assert upkeep.decide(plan(*FOUR, skips=2), Skip(), TODAY) == Denied(Reason.CHANGES_USED)


def test_a_part_of_a_settlement_cannot_be_skipped() -> None:
    kept = plan(*FOUR, kind=Kind.SETTLEMENT_PARTS)
    assert upkeep.decide(kept, Skip(), TODAY) == Denied(Reason.CHANGE_NOT_AVAILABLE)


def test_a_smaller_amount_makes_the_plan_longer_and_the_last_takes_the_rounding() -> None:
    done = upkeep.decide(plan(*FOUR), NewAmount(usd(30)), TODAY)
    assert shown(done)[-2:] == ["2027-04-05 30", "2027-05-04 10"]


def test_a_larger_amount_makes_the_plan_shorter() -> None:
    assert shown(upkeep.decide(plan(*FOUR), NewAmount(usd(100)), TODAY)) == ["2026-12-04 100", "2027-01-04 60"]


def test_an_amount_below_the_smallest_is_denied_with_the_smallest() -> None:
    denied = upkeep.decide(plan(*FOUR), NewAmount(usd(24)), TODAY)
    assert denied == Denied(Reason.PAYMENT_TOO_SMALL, {"amount": usd(24), "minimum": usd(25)})


def test_an_amount_that_outlasts_the_term_is_denied_with_the_term() -> None:
    schedule = agreed_plan(Proposal(each=usd(50), frequency=Frequency.MONTHLY))
    kept = replace(plan(*FOUR), schedule=schedule)
    denied = upkeep.decide(kept, NewAmount(usd(26)), TODAY)
    assert isinstance(denied, Denied) and denied.reason is Reason.TERM_TOO_LONG
    assert denied.values["longest_months"] == 12


def test_money_that_comes_early_covers_what_is_due_next() -> None:
    kept = plan(*FOUR, paid=60)
    assert [(str(part.due), part.amount) for part in kept.left] == [
        ("2027-01-04", usd(20)), ("2027-02-04", usd(40)), ("2027-03-04", usd(40)),
    ]  # fmt: skip


def test_who_paid_ahead_may_have_what_is_left_moved_forward() -> None:
    kept = plan(*FOUR, paid=80)
    done = upkeep.decide(kept, MoveUp(), TODAY)
    assert isinstance(done, Changed) and shown(done)[2:] == ["2026-12-04 40", "2027-01-04 40"]


def test_nothing_moves_forward_for_somebody_who_paid_nothing_ahead() -> None:
    assert upkeep.decide(plan(*FOUR), MoveUp(), TODAY) == Denied(Reason.CHANGE_NOT_AVAILABLE)


def test_a_part_is_missed_when_its_days_of_grace_are_over_and_not_before() -> None:
    kept = plan(*FOUR)
    assert upkeep.overdue(kept, date(2026, 12, 7)) is None
    done = upkeep.overdue(kept, date(2026, 12, 8))
    assert isinstance(done, Changed) and done.what is What.MISSED and done.day == date(2026, 12, 4)
    assert shown(done) == ["2027-01-04 40", "2027-02-04 40", "2027-03-04 40", "2027-04-05 40"]


def test_nine_tenths_of_a_part_count_as_paid_and_the_rest_follows_at_the_end() -> None:
    done = upkeep.overdue(plan(*FOUR, paid=36), date(2026, 12, 8))
    assert isinstance(done, Changed) and done.what is What.SHORT and shown(done)[-1] == "2027-04-05 4"
    missed = upkeep.overdue(plan(*FOUR, paid="35.99"), date(2026, 12, 8))
    assert isinstance(missed, Changed) and missed.what is What.MISSED


def test_two_missed_in_a_row_end_it() -> None:
    kept = plan(*FOUR[1:], ("2027-04-05", 40), missed=(date(2026, 12, 4),))
    assert upkeep.overdue(kept, date(2027, 1, 8)) == Broken(date(2027, 1, 4))


def test_two_missed_with_one_paid_between_do_not_end_it() -> None:
    kept = plan(*FOUR[1:], ("2027-04-05", 40), paid=40, missed=(date(2026, 12, 4),))
    done = upkeep.overdue(kept, date(2027, 2, 9))
    assert isinstance(done, Changed) and done.what is What.MISSED


def test_a_single_payment_that_does_not_come_is_a_broken_promise() -> None:
    kept = plan(("2026-12-04", 160), kind=Kind.PROMISE, frequency=None)
    assert upkeep.overdue(kept, date(2026, 12, 8)) == Broken(date(2026, 12, 4))


def test_where_policy_wants_a_person_the_schedule_stays_and_they_are_told_once() -> None:
    kept = plan(*FOUR, limits=limits(missed_payment="person"))
    assert upkeep.overdue(kept, date(2026, 12, 8)) == ForPerson(date(2026, 12, 4))
    assert upkeep.overdue(replace(kept, missed=(date(2026, 12, 4),)), date(2026, 12, 8)) is None


def test_under_a_hold_a_part_goes_to_the_end_and_is_not_missed() -> None:
    done = upkeep.overdue(plan(*FOUR, missed=(date(2026, 11, 4),)), date(2026, 12, 8), held=True)
    assert isinstance(done, Changed) and done.what is What.HELD


def test_a_pause_moves_everything_behind_it_in_the_same_rhythm() -> None:
    done = upkeep.paused(plan(*FOUR), date(2027, 1, 15), TODAY)
    assert shown(done) == ["2027-02-04 40", "2027-03-04 40", "2027-04-05 40", "2027-05-04 40"]


def test_the_rhythm_survives_month_ends_and_weekends() -> None:
    days = ("2027-02-01", "2027-03-01", "2027-03-31", "2027-04-30", "2027-06-01", "2027-06-30")
    skipped = upkeep.decide(plan(*((day, 40) for day in days)), Skip(), TODAY)
    assert shown(skipped)[-1] == "2027-08-02 40"


def test_money_that_went_back_is_due_again() -> None:
    kept = plan(*FOUR, paid=-15)
    assert kept.left[0].amount == usd(55) and sum(part.amount.minor for part in kept.left) == 17500


@settings(max_examples=many(1000), deadline=None)
@given(seeds)
def test_what_is_paid_and_what_is_left_are_the_whole(seed: int) -> None:
    kept = kept_of(Random(seed))
    covered, left = split(kept.schedule, kept.paid)
    assert sum((part.amount for part in covered), Money.zero("USD")) == kept.paid
    assert sum(part.amount.minor for part in (*covered, *left)) == total(kept)
    assert all(part.due > TODAY - timedelta(days=3660) for part in left)
