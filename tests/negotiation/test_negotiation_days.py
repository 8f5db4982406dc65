"""Days: the calendar is right, theirs stay, ours move forward past weekends and bank holidays, a month has its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from itertools import islice
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import Money
from bot.negotiation import Countered, Frequency, Proposal, answer_to, banking_day, decide, local_date
from bot.negotiation.model import Reason
from bot.negotiation.schedule import add_months, after, due_day, last_day, nominal, on_days, rhythm_of
from tests.negotiation import by_hand
from tests.negotiation.bargaining_kit import a_case, a_policy, thorough, usd

REAL = [one for one in Frequency if one is not Frequency.PAYDAY]
ZONES = ("America/New_York", "America/Los_Angeles", "Pacific/Honolulu", "America/Puerto_Rico", "Asia/Tokyo")
COUNT = 14
ANY_RHYTHM = a_policy(frequencies=tuple(REAL), max_days_between_payments=100)


def words_of(chance: Random, frequency: Frequency) -> Proposal:
    """Days that may be named with this frequency, or none."""
    named = chance.choice((0, 2)) if frequency is Frequency.SEMIMONTHLY else chance.choice((0, 1, 2))
    weekday = chance.randint(0, 6) if chance.random() < 0.5 else None
    nth = chance.choice((0, 0, 1, 2, 3, 4, -1)) if weekday is not None else 0
    return Proposal(days_of_month=tuple(chance.sample(range(1, 32), named)), weekday=weekday, nth=nth)


@thorough
@given(st.integers(0, 2**48))
def test_a_rhythm_falls_on_the_days_that_were_named(seed: int) -> None:
    """On Fridays, on the 31st or the last day, on the 1st and 15th; a day of this month that is over is next month's."""
    chance = Random(seed)
    frequency, earliest = chance.choice(REAL), date(2026, 1, 1) + timedelta(days=chance.randint(0, 1_400))
    words = words_of(chance, frequency)
    rhythm = rhythm_of(words, frequency, earliest)
    found = [nominal(rhythm, index) for index in range(COUNT)]
    assert found == list(islice(by_hand.days_of(words, frequency, earliest), COUNT))
    day = earliest + timedelta(days=chance.randint(0, 200))
    following = after(rhythm, day)
    all_days = [nominal(rhythm, index) for index in range(60)]
    later = [one for one in all_days if one > day]
    assert [nominal(following, index) for index in range(3)] == later[:3]


@thorough
@given(st.integers(0, 2**48))
def test_a_day_that_we_set_moves_forward_past_weekends_and_bank_holidays_and_theirs_stays(seed: int) -> None:
    chance = Random(seed)
    day = date(2026, 1, 1) + timedelta(days=chance.randint(0, 725))
    assert banking_day(day) == by_hand.banking(day)
    today = day + timedelta(days=chance.randint(-40, 40))
    assert due_day(day, today) == (by_hand.banking(day) if day > today else today)
    months = chance.randint(0, 24)
    assert add_months(day, months) == by_hand.plus_months(day, months)
    if months < 6 and day.year == 2026:
        assert last_day(day, months) == by_hand.banking(by_hand.plus_months(day, months))
    frequency = chance.choice(REAL)
    start = date(2026, 1, 1) + timedelta(days=chance.randint(0, 300))
    words = words_of(chance, frequency)
    first_date, not_before = chance.choice(((None, False), (start, False), (start, True)))
    words = replace(words, first_date=first_date, not_before=not_before)
    rhythm = rhythm_of(words, frequency, start)
    parts = on_days([usd(1)] * 4, rhythm, start - timedelta(days=1))
    by_week = frequency in (Frequency.WEEKLY, Frequency.BIWEEKLY, Frequency.EVERY_4_WEEKS)
    named = (first_date is not None and not not_before) or (
        words.weekday is not None if by_week else bool(words.days_of_month)
    )
    of_months = bool(words.nth) and frequency in (Frequency.MONTHLY, Frequency.QUARTERLY)
    theirs = 4 if of_months else (4 if by_week else 1) if named else 0
    days = [nominal(rhythm, index) for index in range(4)]
    assert [part.due for part in parts] == days[:theirs] + [by_hand.banking(day) for day in days[theirs:]]


@thorough
@given(st.integers(0, 2**48))
def test_today_is_the_day_where_the_debtor_lives(seed: int) -> None:
    chance = Random(seed)
    now = datetime(2026, 1, 1, tzinfo=timezone.utc) + timedelta(minutes=chance.randint(0, 600_000))
    zone = chance.choice(ZONES)
    ahead = now.astimezone(ZoneInfo(zone)).utcoffset()
    assert ahead is not None
    assert local_date(now, zone) == (now.replace(tzinfo=None) + ahead).date()


@pytest.mark.parametrize(
    ("zone", "day"), [("America/New_York", 18), ("Pacific/Honolulu", 18), ("Europe/Madrid", 19), ("Asia/Tokyo", 19)]
)
def test_three_in_the_morning_utc_is_still_yesterday_in_america(zone: str, day: int) -> None:
    assert local_date(datetime(2026, 11, 19, 3, 0, tzinfo=timezone.utc), zone) == date(2026, 11, day)


@thorough
@given(st.integers(0, 2**48))
def test_a_first_day_that_has_passed_is_today_and_the_debtor_is_told(seed: int) -> None:
    chance = Random(seed)
    case = a_case(f"{chance.randint(500, 2400)}.00")
    passed = case.today - timedelta(days=chance.randint(1, 60))
    each = Money(case.balance.minor // 5, "USD")
    wish = Proposal(each=each, frequency=chance.choice(REAL), first_date=passed)
    answer = answer_to(wish, case, decide(case, ANY_RHYTHM))
    assert isinstance(answer, Countered) and answer.reason is Reason.DATE_PASSED
    assert answer.offer.schedule[0].due == case.today and answer.values == {"date": passed}
