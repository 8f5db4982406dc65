"""What a score looks at, by hand: Ana's invoices on a sheet of paper, and nothing that was known later."""

from __future__ import annotations

import ast
from dataclasses import fields, replace
from datetime import date, timedelta
from operator import mul
from pathlib import Path
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import scores
from bot.core import Money
from bot.scores import Due, History, Target
from bot.scores.features import SPREAD, usual_days
from tests.scores.kit import due

ROOM = Path(scores.__file__).parent
FIRST = due("1", "2026-01-05", "2026-02-04", "2026-02-01")  # three days early
SECOND = due("2", "2026-02-05", "2026-03-07", "2026-03-17", disputed=True)  # ten days late
THIRD = due("3", "2026-03-05", "2026-04-04", "2026-05-04")  # thirty days late, and open on April 10
NEXT = due("4", "2026-04-10", "2026-05-10", amount=400)


def test_a_tiny_world_by_hand() -> None:
    known = History([FIRST, SECOND, THIRD, NEXT]).known(NEXT)
    assert known.on == date(2026, 4, 10)
    ages = [(known.on - date(2026, 2, 2)).days, (known.on - date(2026, 3, 8)).days, (known.on - date(2026, 4, 5)).days]
    assert ages == [67, 33, 5], "from the day after the payment, or after the due day where it had not come"
    w = [0.5 ** (age / 180) for age in ages]
    everybody = (2 + 2 / 3) / (3 + 2)
    usual = known.values["days_after"]
    long_past = (-3 + 10) / (2 + 2)  # the third was due six days ago
    assert usual == pytest.approx((-3 + 10 + long_past + _of_those_longer_than(6, usual)) / 4, abs=1e-3)
    assert known.values == pytest.approx({
        "late_share": (w[1] + w[2] + 2 * everybody) / (sum(w) + 2),
        "days_after": usual,
        "disputed_share": (1 + 2 * 0.2) / (2 + 2),
        "open_now": 1.0,
        "amount": 4.0,
    })  # fmt: skip
    assert known.words["late_share"] == "paid 2 of the last 3 late, 2 of 3 in all"
    assert known.words["days_after"] == "usually pays 6 days after the day"
    assert known.words["disputed_share"] == "disputed 1 of 2 that are closed"
    assert known.words["open_now"] == "1 other is open"


def _of_those_longer_than(days: float, mean: float) -> float:
    """The average of a normal distribution beyond `days`, added up in hundredths of a day."""
    normal = NormalDist(mean, SPREAD)
    beyond = [days + (at + 0.5) / 100 for at in range(10_000)]
    weights = [normal.pdf(one) for one in beyond]
    return sum(map(mul, beyond, weights)) / sum(weights)


def test_what_is_open_says_only_that_it_takes_longer() -> None:
    assert usual_days([], [], 4.0) == 4.0, "of somebody new everybody tells"
    assert usual_days([2, 4], [], 0.0) == 2.0, "one more as everybody's"
    opened = [usual_days([2, 4], [days], 0.0) for days in (-30, -5, 2, 10, 40, 90, 700)]
    assert opened == sorted(opened) and opened[0] == pytest.approx(2.0, abs=0.1), "one that has just begun says next to nothing"
    assert opened[4] > usual_days([2, 4, 40], [], 0.0) - 0.01, "it takes at least as long"
    assert opened[-1] == opened[-2], "ninety days say as much as seven hundred"
    assert usual_days([700], [], 0.0) == usual_days([90], [], 0.0) == 45.0


def test_of_somebody_new_everybody_tells_and_the_words_say_so() -> None:
    new = due("9", "2026-04-10", "2026-05-10", party="beto")
    known = History([FIRST, SECOND, THIRD, new]).known(new)
    assert known.values["late_share"] == pytest.approx((2 + 2 / 3) / 5)
    assert known.words["late_share"] == "nothing is known yet of how they pay"


def test_a_payment_that_bounced_counts_as_paid_until_it_did() -> None:
    steps = ((date(2026, 2, 1), True), (date(2026, 2, 3), False))
    bounced = replace(FIRST, paid=steps, missed=True)
    assert [bounced.ended(date(2026, 2, day)) for day in (1, 2, 4)] == [None, date(2026, 2, 1), None]
    assert [bounced.known_late(date(2026, 2, day)) for day in (2, 4, 5)] == [False, None, True]


def test_what_is_disputed_but_not_closed_counts_against_nobody() -> None:
    calm, cross = (History([replace(THIRD, disputed=is_so), NEXT]).known(NEXT) for is_so in (False, True))
    assert calm == cross


days = st.integers(0, 200)


@given(st.lists(st.tuples(days, days, st.booleans()), min_size=3, max_size=12), st.lists(st.tuples(days, st.booleans()), min_size=12, max_size=12))
def test_what_comes_later_never_changes_a_feature(world, others) -> None:
    """Whatever becomes of dues from the day of the score on: when they are paid, and whether they were disputed."""
    cut = date(2026, 4, 1)
    asked = due("asked", "2026-04-01", "2026-05-01")
    here, there = [], []
    for number, ((begun, paid_after, is_disputed), (other_after, other_disputed)) in enumerate(zip(world, others)):
        begun_on = cut - timedelta(days=begun + 1)
        one = _paid(str(number), begun_on, begun_on + timedelta(days=paid_after), is_disputed)
        here.append(one)
        paid_before = begun_on + timedelta(days=paid_after) < cut
        later = cut + timedelta(days=other_after)
        there.append(one if paid_before else _paid(str(number), begun_on, later, other_disputed))
    assert History([*here, asked]).known(asked) == History([*there, asked]).known(asked)


def _paid(key: str, begun_on: date, paid_on: date, disputed: bool) -> Due:
    return due(key, begun_on.isoformat(), (begun_on + timedelta(days=30)).isoformat(), paid_on.isoformat(), disputed=disputed)


ALLOWED = {
    "late_share": "conduct of the account",
    "days_after": "conduct of the account",
    "disputed_share": "conduct of the account",
    "open_now": "how much is due",
    "amount": "what is due",
}
"""Nothing of a person, and nothing that stands in for it: no name, language, ZIP code, place, age, sex, income, channel."""


def test_every_feature_is_named_here_and_says_why_it_may_be_looked_at() -> None:
    assert {one.name: one.why.partition(":")[0].partition(";")[0] for one in scores.FEATURES} == {
        **ALLOWED, "open_now": "how much is due at the same time",
    }  # fmt: skip
    known = History([FIRST, NEXT]).known(NEXT)
    assert set(known.values) == set(ALLOWED), "a card sees no other value"


def test_of_a_person_nothing_reaches_the_room() -> None:
    """A due carries who owes only as an id, and no query of the room reads another column of a person."""
    assert {one.name for one in fields(Due)} == {
        "key", "party_id", "debt_id", "target", "amount", "begun_on", "due_on", "judged_on", "paid", "missed", "disputed",
    }  # fmt: skip
    words = {
        node.value.lower()
        for path in ROOM.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " not in node.value
    }
    personal = {"parties", "language", "state", "postcode", "given_name", "family_name", "time_zone", "jurisdiction", "customer", "client", "channel"}
    assert words & personal == set()
    assert "due_since" in words, "it looks where the columns stand"


def test_who_they_are_called_changes_nothing() -> None:
    mine = [FIRST, SECOND, THIRD, NEXT]
    theirs = [replace(one, party_id="par_zzz") for one in mine]
    assert History(mine).known(NEXT) == History(theirs).known(theirs[-1])
    assert Target.MISS.value == "miss" and Money(1, "USD").is_positive
