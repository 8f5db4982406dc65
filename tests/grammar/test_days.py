"""Days are resolved into the future, from the day on which the debtor writes."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.dialogue.grammar import Day, read
from tests.examples import each
from tests.grammar.cases import NOW

_ZONE = ZoneInfo("America/New_York")


def _read(message: str, year: int, month: int, day: int) -> Day | None:
    found = read(message, now=datetime(year, month, day, 12, 0, tzinfo=_ZONE)).of(Day)
    return found[0] if found else None


@each(
    ("message", "today", "meant"),
    [
        ("the 31st", (2026, 4, 2), (2026, 4, 30)),
        ("the 31st", (2027, 2, 10), (2027, 2, 28)),
        ("the 15th", (2026, 11, 21), (2026, 12, 15)),
        ("the 15th", (2026, 12, 16), (2027, 1, 15)),
        ("the 15th", (2026, 12, 15), (2026, 12, 15)),
        ("end of the month", (2028, 2, 3), (2028, 2, 29)),
        ("in a month", (2026, 1, 31), (2026, 2, 28)),
        ("jan 5", (2026, 11, 21), (2027, 1, 5)),
        ("feb 29", (2026, 3, 1), (2028, 2, 29)),
        ("1/2/27", (2026, 11, 21), (2027, 1, 2)),
        ("la proxima quincena", (2026, 3, 15), (2026, 3, 31)),
        ("la proxima quincena", (2026, 3, 31), (2026, 4, 15)),
        ("esta quincena", (2026, 3, 15), (2026, 3, 15)),
        ("a fin de mes", (2026, 11, 21), (2026, 11, 30)),
        ("friday", (2026, 3, 13), (2026, 3, 20)),
        ("next friday", (2026, 3, 15), (2026, 3, 20)),
        ("next monday", (2026, 3, 11), (2026, 3, 16)),
        ("friday the 20th", (2026, 3, 11), (2026, 3, 20)),
        ("thanksgiving", (2026, 11, 21), (2026, 11, 26)),
        ("thanksgiving", (2026, 11, 27), (2027, 11, 25)),
        ("easter", (2026, 3, 11), (2026, 4, 5)),
        ("third wednesday of the month", (2026, 3, 19), (2026, 4, 15)),
        ("last friday of next month", (2026, 3, 11), (2026, 4, 24)),
    ],
)
def test_a_day_is_the_next_one_that_people_mean(
    message: str, today: tuple[int, int, int], meant: tuple[int, int, int]
) -> None:
    found = _read(message, *today)
    assert found is not None
    assert found.value == date(*meant)


@each("message", ["on 1/2/2024", "march 3 2025", "yesterday", "last friday", "ayer", "12/25/1980"])
def test_a_past_day_is_no_promise(message: str) -> None:
    assert read(message, now=NOW).entities == ()


def test_next_friday_keeps_the_other_day_that_people_may_mean() -> None:
    found = _read("next friday", 2026, 3, 11)
    assert found is not None
    assert (found.value, found.alternative) == (date(2026, 3, 20), date(2026, 3, 13))
    assert found.as_dict()["alternative"] == "2026-03-13"


def test_a_weekday_that_is_not_that_date_is_asked_back() -> None:
    reading = read("i can pay friday the 21st", now=NOW)
    assert reading.entities == ()
    (question,) = reading.questions
    assert question.candidates == (date(2026, 3, 13), date(2026, 3, 21))


def test_a_spanish_day_and_month_in_figures_is_asked_back() -> None:
    assert read("le pago el 5/6", now=NOW).questions[0].candidates == (date(2026, 5, 6), date(2026, 6, 5))
    assert read("le pago el 25/6", now=NOW).of(Day)[0].value == date(2026, 6, 25)
    assert read("ill pay on 5/6", now=NOW).of(Day)[0].value == date(2026, 5, 6)


@each(
    ("message", "today", "first", "last"),
    [
        ("in november", (2026, 11, 21), (2026, 11, 21), (2026, 11, 30)),
        ("in january", (2026, 11, 21), (2027, 1, 1), (2027, 1, 31)),
        ("in october", (2026, 11, 21), (2027, 10, 1), (2027, 10, 31)),
        ("early november", (2026, 11, 21), (2027, 11, 1), (2027, 11, 10)),
        ("late february", (2028, 2, 1), (2028, 2, 21), (2028, 2, 29)),
        ("next month", (2026, 12, 31), (2027, 1, 1), (2027, 1, 31)),
        ("this weekend", (2026, 3, 15), (2026, 3, 15), (2026, 3, 15)),
        ("next week", (2026, 3, 15), (2026, 3, 16), (2026, 3, 22)),
        ("la segunda semana de abril", (2026, 3, 15), (2026, 4, 8), (2026, 4, 14)),
    ],
)
def test_a_stretch_of_days_is_asked_back_with_its_first_and_last_day_from_today_on(
    message: str, today: tuple[int, int, int], first: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    (vague,) = read(message, now=datetime(*today, 12, 0, tzinfo=_ZONE)).questions
    assert vague.period == (date(*first), date(*last))
