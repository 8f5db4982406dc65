"""Readers of rhythms, shares, counts and lengths: "every other friday", "a third", "4 payments", "3 months"."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import cast

from bot.dialogue.grammar.dates import ask
from bot.dialogue.grammar.model import Count, Duration, Frequency, Pace, Percentage, Question, Vague
from bot.dialogue.grammar.sheet import IGNORED, Found, Heard, Stretch
from bot.dialogue.grammar.words import found, kind_of

# What can be kept as a rhythm; "every 15 days" is said for two weeks, "cada 8 días" for one.
_PACES: dict[tuple[str, float], Pace] = {
    ("w", 1): "weekly", ("w", 2): "biweekly", ("w", 4): "every_4_weeks", ("d", 7): "weekly", ("d", 8): "weekly",
    ("d", 14): "biweekly", ("d", 15): "biweekly", ("d", 28): "every_4_weeks", ("d", 30): "monthly", ("m", 1): "monthly",
    ("m", 3): "quarterly", ("q", 1): "semimonthly",
}  # fmt: skip
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365, "q": 15, "h": 1 / 24, "b": 1.4}


def small(m: Heard, least: str, most: str) -> Found:
    """ "5pm", "7 de 10", "i am 34": figures in these bounds are hours, scores and ages; "75pm" is 75 per month."""
    return IGNORED if int(least) <= m.number("n").value <= int(most) else None


def hour(m: Heard) -> Found:
    """ "before 5", "at five thirty"."""
    number = m.number("n")
    half_past = number.spoken and number.whole % 100 in (0, 15, 30, 45) and number.whole < 1300
    return IGNORED if half_past or 1 <= number.whole <= 12 else None


def hours(m: Heard) -> Found:
    """ "9 to 5", "8-4"."""
    first, last = m.whole("a"), m.whole("b")
    both = 1 <= first <= 12 and 1 <= last <= 12
    return IGNORED if both and (last < first or m["cue"]) else None


def clock_time(m: Heard) -> Found:
    """ "8 30"."""
    return IGNORED if 1 <= m.whole("n") <= 12 and m.number("m").raw in ("00", "15", "30", "45") else None


def digits(m: Heard) -> Found:
    """ "three two eight oh one" is a postcode read aloud."""
    values = [m.sheet.what(letter).whole for letter in m.text if kind_of(letter) == "N"]
    return IGNORED if all(0 <= value <= 9 for value in values) else None


def address(m: Heard) -> Found:
    """ "1200 n 45th"; "30.50 n 30.50" are two sums."""
    first, second = m.number("n"), m.number("b")
    short_for_and = m["way"] == "n" and second.kind == "N" and (first.value < 100 or first.value == second.value)
    return None if short_for_and or first.whole < 0 else IGNORED


def spelt_out(m: Heard) -> Found:
    """ "60, 6 0" says its figures once more."""
    figures = "".join(m.sheet.what(letter).raw for letter in m["e"] if kind_of(letter) == "N")
    return IGNORED if figures == m.number("n").raw else None


def pace(m: Heard, value: str) -> Found:
    weekday = m.what("weekday") if m["weekday"] else None
    bare = weekday is not None and value == "weekly" and not found("says_how_often", m.text)
    return Frequency(value=cast(Pace, value), weekday=weekday, bare=bare, **m.span)


def unclear(m: Heard, kind: str, question: str = "amount") -> Found:
    return Vague(kind=kind, **m.span, question=cast(Question, question))


def _unclear_rhythm(m: Heard) -> Vague:
    return Vague(kind="unclear_frequency", **m.span, question="frequency")


def _counted(m: Heard, unit: str, every: float) -> Found:
    value = _PACES.get((unit, every))
    return Frequency(value=value, **m.span) if value else _unclear_rhythm(m)


def pace_counted(m: Heard) -> Found:
    """ "every 2 weeks", "cada 3 meses"; "every 5 weeks" is asked back."""
    if m["u"]:
        return _counted(m, m.what("u").unit, m.what("u").many)
    return _counted(m, m["unit"][0].replace("s", "w"), m.whole("n") if m["n"] else 2)


def rate(m: Heard, how_often: str = "once") -> Found:
    """ "40 a month", "twice a month"; a day, a year and twice a week are no rhythm of payments."""
    unit = m.what("unit").unit
    if how_often == "twice":
        return Frequency(value="semimonthly", **m.span) if unit == "m" else _unclear_rhythm(m)
    return _counted(m, unit, 1) if unit in ("d" if how_often == "daily" else "wm") else None


def days_unsaid(m: Heard) -> Found:
    """ "cada 15" is said for every 15 days, "cada 8" for every week."""
    return _counted(m, "d", m.whole("n")) if m.whole("n") in (8, 15) else None


def monthly_weekday(m: Heard) -> Found:
    """ "the 3rd wednesday of every month"; "every 2nd friday" is every other one."""
    nth = m.whole("nth")
    if nth == 2 and not m["month"]:
        return pace(m, "biweekly")
    return Frequency(value="monthly", weekday=m.what("weekday"), nth=nth, **m.span) if 1 <= nth <= 5 else None


def every_other(m: Heard) -> Found:
    """ "Every other pay", "fridays, every second one"."""
    return pace(m, "biweekly") if not m["nth"] or m.whole("nth") == 2 else None


def on_and_off(m: Heard) -> Found:
    """ "Una semana sí y otra no"; of halves of a month every other one is a month."""
    unit = m.what("unit").unit if m["unit"] else "q"
    return _counted(m, unit, 2) if unit in "wm" else Frequency(value="monthly", **m.span) if unit == "q" else None


def last_weekday(m: Heard) -> Found:
    """ "The last friday of each month"."""
    return Frequency(value="monthly", weekday=m.what("weekday"), nth=-1, **m.span)


def two_days(m: Heard) -> Found:
    """ "1st and 15th" and "el 15 y último" are half a month apart; else they are two days and no rhythm."""
    first = m.whole("a")
    if m["last"] and not 13 <= first <= 16:
        return None
    return _half_months(m, first, 31 if m["last"] else m.whole("b"))


def slashed_days(m: Heard) -> Found:
    """ "15/30" is no date: it is the two days on which people are paid."""
    days = [int(part) for part in m.sheet.what(m.text).raw.split("/") if part.isdigit()]
    return _half_months(m, *days) if len(days) == 2 and min(days) > 12 else None


def _half_months(m: Heard, *days: int) -> Found:
    first, last = sorted(days)
    apart = 1 <= first <= 17 and last <= 31 and 13 <= last - first <= 18
    return Frequency(value="semimonthly", days_of_month=(first, last), **m.span) if apart else None


def monthly_on(m: Heard) -> Found:
    day = m.whole("n")
    return Frequency(value="monthly", days_of_month=(day,), **m.span) if 1 <= day <= 31 else None


def after_money(m: Heard) -> Found:
    """ "40 month" is 40 a month; "3 month" is how long."""
    return Frequency(value="monthly", **m.span) if m["sign"] or m.number("n").value > 12 else None


def percentage(m: Heard) -> Found:
    """ "100%" alone is how sure they are."""
    value = m.number("n").value
    if value == 100 and not found("all_of_it", m.after) or found("share_taken", m.before):
        return IGNORED
    return Percentage(share=Fraction(value) / 100, **m.span) if 0 < value <= 100 else None


def share(m: Heard, value: str) -> Found:
    return Percentage(share=Fraction(value), **m.span)


def slashed_share(m: Heard) -> Found:
    """ "1/2", "2/3"; in "50/50" each part is half."""
    over, under = (int(part) for part in re.findall(r"\d+", m.number("g").raw)[:2])
    if (over, under) == (50, 50):
        return share(m, "1/2")
    return Percentage(share=Fraction(over, under), **m.span) if 0 < over < under <= 4 else None


def fifty_fifty(m: Heard) -> Found:
    return share(m, "1/2") if m.whole("a") == m.whole("b") == 50 else None


def thirds(m: Heard) -> Found:
    """ "two thirds", "3 quarters"."""
    over, under = m.whole("n") if m["n"] else 2, {"t": 3, "q": 4, "c": 4}.get(m["of"][0], 5)
    return Percentage(share=Fraction(over, under), **m.span) if 0 < over < under else None


def ordinal_share(m: Heard) -> Found:
    """ "a third", "la tercera parte"; "a second" is none."""
    nth = m.whole("nth" if m["nth"] else "nth2")
    return Percentage(share=Fraction(1, nth), **m.span) if nth in (3, 4, 5, 10) else None


def count(m: Heard) -> Found:
    """Payments that were made, missed or are left say nothing about a plan."""
    if found("not_planned", m.before) or found("not_left", m.after):
        return None
    return Count(value=m.whole("n"), **m.span) if 1 <= m.whole("n") <= 120 else None


def next_ones(m: Heard) -> Found:
    """ "The next two at once"."""
    return Count(value=m.whole("n"), **m.span) if 2 <= m.whole("n") <= 12 else None


def count_of(m: Heard, many: str) -> Found:
    return Count(value=int(many), **m.span)


def divided(m: Heard) -> Found:
    """ "612 in 4", "612/4"."""
    return count(m) if m.number("of").value >= 50 and 2 <= m.whole("n") <= 36 else None


def count_stretch(m: Heard) -> Found:
    """ "165 x 3 months"."""
    many = m.what("e").many
    return Count(value=int(many), **m.span) if many == int(many) and 1 <= many <= 120 else None


def times(m: Heard) -> Found:
    """ "4 x 50" is four of 50."""
    return Count(value=m.whole("n"), **m.span) if 1 <= m.whole("n") < m.number("each").value else None


def times_after(m: Heard) -> Found:
    """ "50 x 4" is four of 50; of "4 x 50" the 50 is the sum."""
    return None if m["first"] and m.number("first").value < m.number("n").value else count(m)


def length(m: Heard) -> Found:
    """How long from now on; how long ago, or for how long already, is nothing."""
    if found("up_to_now", m.before):
        return None
    unit = m["unit"][:1].replace("s", "w").replace("a", "y")
    told = Stretch(1, unit) if unit else m.what("e")
    if told.unit == "w" and told.many != int(told.many):  # half of a week is no number of days
        return ask("about_when", m.span)
    days = told.many * _DAYS[told.unit] + (told.more.many * _DAYS[told.more.unit] if told.more else 0)
    return Duration(days=int(days), in_weeks=told.unit == "w", **m.span) if 1 <= days <= 3700 else None


def loose_length(m: Heard) -> Found:
    """With no word that asks for it, years are somebody's past or a law, and "a week" says nothing."""
    return None if m.what("e").unit in "yh" or kind_of(m["e"]) == "J" else length(m)


def payday(m: Heard) -> Found:
    """No question when the same breath says the day: "when i get paid on the 15th", "friday is payday"."""
    told = found("day_follows", m.after) or found("day_precedes", m.before)
    return None if told else Vague(kind="payday", **m.span, question="payday")
