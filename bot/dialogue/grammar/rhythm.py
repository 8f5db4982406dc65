"""Joins what was said twice about one rhythm: "10 a week every friday", "60 every month on the 5th"."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.dialogue.grammar.model import Amount, Count, Day, Duration, Entity, Frequency, Pace, Vague
from bot.dialogue.grammar.sheet import Placed, Sheet, Span
from bot.dialogue.grammar.words import kind_of, pattern

_WEEKLY = ("weekly", "biweekly", "every_4_weeks")


def join(sheet: Sheet, placed: list[Placed]) -> list[Placed]:
    """The same entities: neighbouring frequencies that agree are made one, with their day of the month."""
    joined: list[Placed] = []
    for p in _once(sheet.text, placed):
        before = joined[-1] if joined else None
        if before is not None and pattern("joint").fullmatch(sheet.text[before.end : p.start]):
            one = _one(before, p) or _one_question(before, p)
            if one is not None:
                joined[-1] = one
                continue
            if _is_hazy(before, p):
                joined.pop()
            else:
                joined[-1], p = _with_day(before, p)
        joined.append(p)
    return joined


def counted(sheet: Sheet, placed: list[Placed]) -> list[Placed]:
    """ "12 months at 160" and "160 a month for a year" are twelve payments; "6 months off, then 100" is no number."""
    found: list[Placed] = []
    rhythms = [p.what for p in placed if isinstance(p.what, Frequency) and p.what.about is None]
    for p in placed:
        many, pace = _payments(p.what)
        told = [one.value for one in rhythms] == [pace] or not rhythms
        if not many or not told or not any(_paid_over(sheet.text, p, one) for one in placed):
            found.append(p)
            continue
        span: Span = {"start": p.what.start, "end": p.what.end}
        found.append(Placed(p.start, Count(value=many, **span)))
        found += [] if rhythms else [Placed(p.start, Frequency(value=pace, **span))]
    return found


def _payments(length: Entity | Vague) -> tuple[int, Pace]:
    """How many payments a month apart, or a week apart, fill it; 0 where it is neither."""
    if not isinstance(length, Duration):
        return 0, "monthly"
    days, months = length.days, round(length.days / 30)
    if not length.in_weeks and months > 1 and abs(days - months * 30) <= months // 2:  # a year has 365 days
        return months, "monthly"
    return (days // 7, "weekly") if days > 7 and days % 7 == 0 else (0, "weekly")


def _paid_over(text: str, length: Placed, one: Placed) -> bool:
    """Whether it stands with a sum that is paid each time."""
    if not isinstance(one.what, Amount) or one.what.role != "each" or one.what.about:
        return False
    if one.start > length.start:
        return pattern("length_of").fullmatch(text, length.end, one.start) is not None
    return pattern("for_a_length").fullmatch(text, one.end, length.start) is not None


def twice_a_month(sheet: Sheet, placed: list[Placed]) -> list[Placed]:
    """ "40 on the 1st and 40 on the 15th, every month" is one rhythm with two days."""
    sums = [p for p in placed if isinstance(p.what, Amount) and not p.what.about]
    days = [p for p in placed if isinstance(p.what, Day) and p.what.any_month]
    rhythms = [p for p in placed if isinstance(p.what, Frequency)]
    same = {p.what.minor for p in sums if isinstance(p.what, Amount)}
    if len(same) != 1 or (len(sums), len(days), len(rhythms)) != (2, 2, 1):
        return placed
    first, last = sorted(p.what.value.day for p in days if isinstance(p.what, Day))
    beside = all(pattern("on_a_day").fullmatch(sheet.text, a.end, d.start) for a, d in zip(sums, days))
    next_ = pattern("and_end").fullmatch(sheet.text, days[0].end, sums[1].start)
    what = rhythms[0].what
    if not (beside and next_ and 13 <= last - first <= 18 and isinstance(what, Frequency) and what.value == "monthly"):
        return placed
    told = {
        rhythms[0].start: replace(what, value="semimonthly", days_of_month=(first, last)),
        **{p.start: replace(p.what, role="each") for p in sums if isinstance(p.what, Amount)},
    }
    return [replace(p, what=told.get(p.start, p.what)) for p in placed if p not in days]


def _once(text: str, placed: list[Placed]) -> list[Placed]:
    """ "10 a week out of my account on mondays": the later words give the weekday, the earlier ones their place."""
    placed = _days_once(text, placed)
    rhythms = [p for p in placed if isinstance(p.what, Frequency)]
    if len(rhythms) != 2:
        return placed
    first, second = rhythms
    between = text[first.end : second.start]
    one = _one(first, second)
    same = [p.what.value for p in rhythms if isinstance(p.what, Frequency)]
    if one is None or same[0] != same[1] or any(kind_of(c) in ("A", "P") or c in ".;!?" for c in between):
        return placed
    merged = replace(first, what=replace(one.what, start=first.what.start, end=first.what.end))
    return [merged if p is first else p for p in placed if p is not second]


def _days_once(text: str, placed: list[Placed]) -> list[Placed]:
    """ "payday is tomorrow so youll have it tomorrow" is one day; with sums each keeps its own."""
    if any(kind_of(letter) in ("A", "P") for letter in text):
        return placed
    kept: dict[date | int, Placed] = {}
    for p in placed:
        kept.setdefault(p.what.value if isinstance(p.what, Day) else p.start, p)
    return list(kept.values())


def _one(first: Placed, second: Placed) -> Placed | None:
    a, b = first.what, second.what
    if not isinstance(a, Frequency) or not isinstance(b, Frequency):
        return None
    for plain, detailed in ((a, b), (b, a)):
        detail = detailed.weekday is not None or bool(detailed.days_of_month)
        bare = plain.weekday is None and not plain.days_of_month
        weekly = detailed.value == "weekly" and plain.value in _WEEKLY
        if bare and (plain.value == detailed.value or detail and weekly):
            return replace(second, what=replace(detailed, value=plain.value, bare=False, start=a.start, end=b.end))
    return None


def _one_question(first: Placed, second: Placed) -> Placed | None:
    """ "next week sometime" is one question."""
    a, b = first.what, second.what
    if not isinstance(a, Vague) or not isinstance(b, Vague) or a.question != b.question:
        return None
    return replace(second, what=replace(a, start=a.start, end=b.end))


def _is_hazy(first: Placed, second: Placed) -> bool:
    """ "mid month, like the 16th": the day says what the stretch of days left open."""
    stretch, day = first.what, second.what
    if not isinstance(stretch, Vague) or not isinstance(day, Day) or stretch.period is None:
        return False
    return stretch.period[0] <= day.value <= stretch.period[1]


def _with_day(first: Placed, second: Placed) -> tuple[Placed, Placed]:
    """ "the 5th of every month" stays a day and a rhythm; the rhythm notes the day."""
    for rhythm, day in ((first, second), (second, first)):
        what = rhythm.what
        if not isinstance(what, Frequency) or not isinstance(day.what, Day):
            continue
        if what.value == "monthly" and what.nth is None and not what.days_of_month:
            noted = replace(rhythm, what=replace(what, days_of_month=(day.what.value.day,)))
            return (noted, second) if rhythm is first else (first, noted)
    return first, second
