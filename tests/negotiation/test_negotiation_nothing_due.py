"""A time that they leave out of a plan: no payment is due in it, and policy's limits hold as ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import islice
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import Money
from bot.negotiation import (
    Accepted,
    Countered,
    FinalOffer,
    Frequency,
    Offer,
    Proposal,
    against,
    answer_to,
    completed,
    decide,
    of_offer,
    remembered,
)
from bot.negotiation.combining import of_offers, together
from bot.negotiation.model import Reason
from bot.negotiation.oversight import breaches
from bot.negotiation.schedule import on_days, rhythm_of
from tests.negotiation import by_hand
from tests.negotiation.bargaining_kit import (
    PLANS,
    STANDARD,
    a_case,
    a_policy,
    case_of,
    meetings,
    policy_of,
    proposal_of,
    thorough,
    time_of,
    usd,
)
from tests.negotiation.test_negotiation_days import REAL, words_of

MOVE = timedelta(days=4)
DECEMBER = (date(2026, 12, 1), date(2026, 12, 31))
CHRISTMAS = (date(2026, 12, 20), date(2027, 1, 10))
FORTY = Proposal(each=usd("40"), frequency=Frequency.WEEKLY, weekday=4)


def offered(proposal: Proposal, **facts: object) -> Offer:
    case = a_case("612.40", **facts)
    answer = answer_to(proposal, case, decide(case, STANDARD))
    assert isinstance(answer, (Accepted, Countered, FinalOffer))
    return answer.offer


def days(offer: Offer) -> list[str]:
    return [part.due.isoformat() for part in offer.schedule]


@thorough
@given(st.integers(0, 2**48))
def test_no_payment_is_due_then_and_every_limit_of_policy_holds(seed: int) -> None:
    chance = Random(seed)
    case = case_of(chance)
    policy = policy_of(chance)
    time = time_of(chance, case.today)
    wish = proposal_of(chance, case.today, wants="plan", total=None, percent=None, nothing_due=time)
    decision = decide(case, policy)
    answer = answer_to(wish, case, decision)
    if not isinstance(answer, (Accepted, Countered, FinalOffer)) or answer.offer.kind not in PLANS:
        return
    offer, dues = answer.offer, [part.due for part in answer.offer.schedule]
    assert breaches(offer, case, decision) == ()
    assert sum(part.amount.minor for part in offer.schedule) == case.balance.minor
    if offer.nothing_due is not None:
        assert not any(offer.nothing_due[0] <= due <= offer.nothing_due[1] for due in dues)
        assert time[0] <= offer.nothing_due[0] and offer.nothing_due[1] <= time[1]
    if isinstance(answer, Accepted) and not wish.parts:
        tomorrow = case.today + timedelta(days=1)
        assert offer.nothing_due == ((max(time[0], tomorrow), time[1]) if time[1] >= tomorrow else None)
    if offer.gap is not None and offer.frequency is not None:
        before, behind = max(due for due in dues if due < offer.gap[0]), min(due for due in dues if due > offer.gap[1])
        usual = {Frequency.MONTHLY: 31, Frequency.QUARTERLY: 92}.get(offer.frequency, 28)
        assert behind - before <= timedelta(days=max(decision.limits.plan.max_days_between, usual)) + MOVE


@thorough
@given(meetings())
def test_a_time_behind_the_last_payment_changes_nothing(meeting: object) -> None:
    case, policy, proposal = meeting  # type: ignore[misc]
    decision, wish = decide(case, policy), replace(proposal, nothing_due=None, wants="plan")
    plain = answer_to(wish, case, decision)
    if isinstance(plain, (Accepted, Countered, FinalOffer)) and plain.offer.kind in PLANS:
        later = plain.offer.schedule[-1].due + timedelta(days=5)
        with_time = answer_to(replace(wish, nothing_due=(later, later + timedelta(days=30))), case, decision)
        assert isinstance(with_time, type(plain))
        assert with_time.offer.schedule == plain.offer.schedule and with_time.offer.gap is None  # type: ignore[union-attr]


@thorough
@given(st.integers(0, 2**48))
def test_the_days_of_a_rhythm_are_those_of_the_calendar_without_that_time(seed: int) -> None:
    chance = Random(seed)
    frequency, start = chance.choice(REAL), date(2026, 1, 1) + timedelta(days=chance.randint(0, 90))
    words, time = words_of(chance, frequency), time_of(chance, start)
    rhythm = replace(rhythm_of(words, frequency, start), nothing_due=time)
    theirs = sum(rhythm.stays(place) for place in range(60))
    count = 5 if frequency is Frequency.QUARTERLY else 8
    expected = by_hand.due_without(by_hand.days_of(words, frequency, start), theirs, time)
    parts = on_days([usd(1)] * count, rhythm, start - timedelta(days=1))
    assert [part.due for part in parts if part.due.year < 2028] == [
        day for day in islice(expected, count) if day.year < 2028
    ]


def test_a_plan_by_the_week_goes_on_behind_it_with_the_same_payments() -> None:
    plain, without = offered(FORTY), offered(replace(FORTY, nothing_due=CHRISTMAS))
    assert [part.amount for part in plain.schedule] == [part.amount for part in without.schedule]
    assert days(without)[:6] == ["2026-11-27", "2026-12-04", "2026-12-11", "2026-12-18", "2027-01-15", "2027-01-22"]
    assert without.nothing_due == without.gap == CHRISTMAS


def test_a_first_day_in_it_is_the_first_one_behind() -> None:
    offer = offered(Proposal(each=usd("60"), frequency=Frequency.MONTHLY, nothing_due=DECEMBER))
    assert days(offer)[:2] == ["2027-01-04", "2027-02-04"]
    assert offer.gap is None and offer.nothing_due == DECEMBER


@pytest.mark.parametrize(("most", "behind"), [(45, "2027-01-11"), (61, "2027-01-25")])
def test_it_goes_on_no_later_than_policy_lets_two_payments_lie_apart(most: int, behind: str) -> None:
    """From November 25 to January 25 there are 61 days; 45 end on a Saturday."""
    wish = Proposal(each=usd("60"), frequency=Frequency.MONTHLY, first_date=date(2026, 11, 25), nothing_due=DECEMBER)
    case = a_case()
    answer = answer_to(wish, case, decide(case, a_policy(max_days_between_payments=most, down_payment_pct=0)))
    assert isinstance(answer, Countered if most == 45 else Accepted)
    assert days(answer.offer)[:2] == ["2026-11-25", behind]
    if isinstance(answer, Countered):
        assert answer.reason is Reason.GAP_TOO_LONG and answer.values == {"days": 45}


def test_what_policy_cannot_leave_out_is_not_told_as_left_out() -> None:
    long = (date(2026, 12, 1), date(2027, 2, 28))
    wish = Proposal(each=usd("60"), frequency=Frequency.MONTHLY, first_date=date(2026, 11, 25), nothing_due=long)
    offer = offered(wish)
    assert days(offer)[:2] == ["2026-11-25", "2027-01-11"]
    assert offer.nothing_due == (date(2026, 12, 1), date(2027, 1, 10))


def test_what_is_left_out_makes_no_plan_longer_than_policy_has() -> None:
    """$11.78 a week are 52 weeks; without three of them it takes more each time."""
    case, each = a_case(), Money(1_178, "USD")
    wish = Proposal(each=each, frequency=Frequency.WEEKLY, first_date=date(2026, 11, 27))
    decision = decide(case, STANDARD)
    plain = answer_to(wish, case, decision)
    assert isinstance(plain, Accepted)
    answer = answer_to(replace(wish, nothing_due=CHRISTMAS), case, decision, (plain.offer,))
    assert isinstance(answer, Countered) and answer.reason is Reason.TERM_TOO_LONG
    assert answer.offer.regular is not None and answer.offer.regular > each
    assert answer.values["months"] == 13 and answer.offer.nothing_due == CHRISTMAS
    assert breaches(answer.offer, case, decision, (plain.offer,)) == ()


def test_it_stays_until_they_say_otherwise() -> None:
    table = of_offer(offered(replace(FORTY, nothing_due=CHRISTMAS)))
    said = remembered(Proposal(), replace(FORTY, nothing_due=CHRISTMAS))

    def now(fresh: Proposal) -> Proposal:
        return completed(against(table, fresh), fresh, said)

    kept = (Proposal(each=usd("50")), Proposal(each=usd("50"), frequency=Frequency.BIWEEKLY), Proposal(count=10),
            Proposal(first_date=date(2026, 12, 4)))  # fmt: skip
    assert [now(one).nothing_due for one in kept] == [CHRISTMAS] * len(kept)
    assert now(Proposal(nothing_due=DECEMBER)).nothing_due == DECEMBER
    assert now(Proposal(first_date=date(2026, 12, 22))).nothing_due is None, "a day in it takes it back"
    assert remembered(said, Proposal(first_date=date(2026, 12, 22))).nothing_due is None


def test_several_accounts_leave_out_the_same_time() -> None:
    one, other = (offered(replace(FORTY, each=usd(each), nothing_due=CHRISTMAS)) for each in (40, 50))
    both = together([one, other])
    assert both is not None and both.gap == CHRISTMAS
    shared = of_offers([one, other])
    assert shared is not None and shared.nothing_due == CHRISTMAS and shared.each == usd("90")
    assert together([one, offered(replace(FORTY, each=usd(50)))]) is None


def test_an_offer_is_kept_with_it_and_an_older_one_is_read_without() -> None:
    offer = offered(replace(FORTY, nothing_due=CHRISTMAS))
    stored = msgspec.to_builtins(offer)
    assert msgspec.convert(stored, Offer) == offer
    del stored["nothing_due"]
    assert msgspec.convert(stored, Offer).nothing_due is None
