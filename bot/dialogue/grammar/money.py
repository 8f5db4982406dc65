"""Readers of rhythms, shares, counts, lengths and sums: the arithmetic behind `grammar_money.yml`."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from bot.dialogue.grammar.days import reads
from bot.dialogue.grammar.model import Amount, Count, Duration, Frequency, Pace, Percentage, Question, Vague
from bot.dialogue.grammar.neighbours import after_its_equals, is_money, long, rhythmic
from bot.dialogue.grammar.sheet import IGNORED, Found, Reader, Sheet, Span, Stretch
from bot.dialogue.grammar.words import kind_of, pattern

Match = re.Match[str]

# Currencies whose minor unit is not a hundredth (ISO 4217).
_DECIMALS = dict.fromkeys("JPY KRW CLP PYG VND".split(), 0) | dict.fromkeys("KWD BHD OMR JOD TND".split(), 3)
_MOST = 10**11  # minor units; more is a slip of the finger, not a debt


# what is neither money nor a promise


@reads
def clock(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "5pm" is a time; "75pm" is 75 per month."""
    return IGNORED if 0 <= sheet.number(match["n"]).value <= 12 else None


@reads
def hour(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "before 5", "at five thirty"."""
    number = sheet.number(match["n"])
    half_past = number.spoken and number.whole % 100 in (0, 15, 30, 45) and number.whole < 1300
    return IGNORED if half_past or 1 <= number.whole <= 12 else None


@reads
def so_often(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "30 times a week" tells of calls; "two times a month" is how often people pay."""
    return None if sheet.whole(match["n"]) == 2 else IGNORED


@reads
def hours(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "9 to 5", "8-4"."""
    first, last = sheet.whole(match["a"]), sheet.whole(match["b"])
    both = 1 <= first <= 12 and 1 <= last <= 12
    return IGNORED if both and (last < first or match["cue"]) else None


@reads
def for_a_year(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "50 a month 4 a year"."""
    return IGNORED if sheet.number(match["n"]).raw == "4" else None


@reads
def score(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "7 de 10" is a score; "2 de 50" are two payments."""
    return IGNORED if sheet.whole(match["of"]) <= 12 else None


@reads
def digits(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "three two eight oh one" is a postcode read aloud."""
    values = [sheet.whole(letter) for letter in match[0] if kind_of(letter) == "N"]
    return IGNORED if all(0 <= value <= 9 for value in values) else None


@reads
def clock_time(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "8 30"."""
    return IGNORED if 1 <= sheet.whole(match["n"]) <= 12 and sheet.number(match["m"]).raw in _MINUTES else None


_MINUTES = ("00", "15", "30", "45")


@reads
def age(sheet: Sheet, match: Match, span: Span) -> Found:
    return IGNORED if 1 <= sheet.whole(match["n"]) <= 110 else None


# rhythms


def _pace(value: Pace) -> Reader:
    def read(sheet: Sheet, match: Match, span: Span) -> Found:
        return Frequency(value=value, **span)

    read.__name__ = value
    return reads(read)


for _value in ("weekly", "biweekly", "semimonthly", "monthly", "quarterly", "payday"):
    _pace(_value)


def _on(value: Pace) -> Reader:
    def read(sheet: Sheet, match: Match, span: Span) -> Found:
        return Frequency(value=value, weekday=sheet.what(match["weekday"]), **span)

    read.__name__ = f"{value}_on"
    return reads(read)


_on("weekly")
_on("biweekly")

# What can be kept as a rhythm; "every 15 days" is said for two weeks, "cada 8 días" for one.
_PACES: dict[tuple[str, int], Pace] = {
    ("w", 1): "weekly",
    ("w", 2): "biweekly",
    ("w", 4): "every_4_weeks",
    ("d", 7): "weekly",
    ("d", 8): "weekly",
    ("d", 14): "biweekly",
    ("d", 15): "biweekly",
    ("d", 28): "every_4_weeks",
    ("d", 30): "monthly",
    ("m", 1): "monthly",
    ("m", 3): "quarterly",
    ("q", 1): "semimonthly",
}


@reads
def unclear_rhythm(sheet: Sheet, match: Match, span: Span) -> Found:
    return Vague(kind="unclear_frequency", **span, question="frequency")


def _counted(unit: str, every: float, span: Span) -> Found:
    pace = _PACES.get((unit, int(every))) if every == int(every) else None
    return Frequency(value=pace, **span) if pace else Vague(kind="unclear_frequency", **span, question="frequency")


@reads
def pace_counted(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "every 2 weeks", "cada 3 meses"; "every 5 weeks" is asked back."""
    told = match.groupdict()
    if told.get("u"):
        stretch: Stretch = sheet.what(told["u"])
        return _counted(stretch.unit, stretch.many, span)
    every = sheet.whole(told["n"]) if told["n"] >= "\U000f0000" else 2
    return _counted(told["unit"][0].replace("s", "w"), every, span)


@reads
def rate(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "40 a month"; a day and a year are no rhythm of payments."""
    unit = sheet.what(match["unit"]).unit
    if unit == "d":
        return unclear_rhythm(sheet, match, span)
    return _counted(unit, 1, span) if unit in "wm" else None


@reads
def twice(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "twice a month"; twice a week is no rhythm that can be kept."""
    unit = sheet.what(match["unit"]).unit
    return Frequency(value="semimonthly", **span) if unit == "m" else unclear_rhythm(sheet, match, span)


@reads
def days_unsaid(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "cada 15" is said for every 15 days, "cada 8" for every week."""
    return _counted("d", sheet.whole(match["n"]), span) if sheet.whole(match["n"]) in (8, 15) else None


@reads
def monthly_weekday(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "the 3rd wednesday of every month"; "every 2nd friday" may be that or every other one."""
    nth = sheet.whole(match["nth"])
    if not 1 <= nth <= 5:
        return None
    if nth == 2 and not match["month"]:
        return unclear_rhythm(sheet, match, span)
    return Frequency(value="monthly", weekday=sheet.what(match["weekday"]), nth=nth, **span)


@reads
def two_days(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "1st and 15th" and "el 15 y último" are half a month apart; else they are two days and no rhythm."""
    told = match.groupdict()
    days = sorted((sheet.whole(told["a"]), 31 if told.get("last") else sheet.whole(told["b"])))
    if told.get("last") and not 13 <= days[0] <= 16 or not _half_a_month(*days):
        return None
    return Frequency(value="semimonthly", days_of_month=(days[0], days[1]), **span)


def _half_a_month(first: int, last: int) -> bool:
    return 1 <= first <= 17 and last <= 31 and 13 <= last - first <= 18


@reads
def slashed_days(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "15/30" is no date: it is the two days on which people are paid."""
    days = sorted(int(part) for part in sheet.number(match[0]).raw.split("/") if part.isdigit())
    if len(days) != 2 or days[0] <= 12 or not _half_a_month(*days):
        return None
    return Frequency(value="semimonthly", days_of_month=(days[0], days[1]), **span)


@reads
def monthly_on(sheet: Sheet, match: Match, span: Span) -> Found:
    day = sheet.whole(match["n"])
    return Frequency(value="monthly", days_of_month=(day,), **span) if 1 <= day <= 31 else None


@reads
def after_money(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "40 month" is 40 a month; "3 month" is how long."""
    money = match["n"][0] == "$" or sheet.number(match["n"][-1]).value > 12
    return Frequency(value="monthly", **span) if money else None


# shares


@reads
def percentage(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "100%" alone is how sure they are."""
    value = sheet.number(match["n"]).value
    sure = value == 100 and not pattern("all_of_it", "money").match(match.string[match.end() :])
    if sure or pattern("share_taken", "money").search(match.string[: match.start()]):
        return IGNORED
    return Percentage(share=Fraction(value) / 100, **span) if 0 < value <= 100 else None


@reads
def slashed_share(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "1/2", "2/3"; in "50/50" each part is half."""
    over, under = (int(part) for part in re.findall(r"\d+", sheet.number(match["g"]).raw)[:2])
    if (over, under) == (50, 50):
        return Percentage(share=Fraction(1, 2), **span)
    return Percentage(share=Fraction(over, under), **span) if 0 < over < under <= 4 else None


@reads
def fifty_fifty(sheet: Sheet, match: Match, span: Span) -> Found:
    both = sheet.whole(match["a"]) == sheet.whole(match["b"]) == 50
    return Percentage(share=Fraction(1, 2), **span) if both else None


@reads
def half(sheet: Sheet, match: Match, span: Span) -> Found:
    return Percentage(share=Fraction(1, 2), **span)


@reads
def third(sheet: Sheet, match: Match, span: Span) -> Found:
    return Percentage(share=Fraction(1, 3), **span)


@reads
def quarter(sheet: Sheet, match: Match, span: Span) -> Found:
    return Percentage(share=Fraction(1, 4), **span)


@reads
def thirds(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "two thirds", "3 quarters"."""
    over = sheet.whole(match["n"]) if match["n"] >= "\U000f0000" else {"two": 2, "three": 3}[match["n"]]
    under = {"t": 3, "q": 4, "c": 4}.get(match["of"][0], 5)
    return Percentage(share=Fraction(over, under), **span) if 0 < over < under else None


@reads
def ordinal_share(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "a third", "la tercera parte"; "a second" is none."""
    nth = sheet.whole(match["nth"] or match["nth2"])
    return Percentage(share=Fraction(1, nth), **span) if nth in (3, 4, 5, 10) else None


# counts and lengths


@reads
def count(sheet: Sheet, match: Match, span: Span) -> Found:
    """Payments that were made, missed or are left say nothing about a plan."""
    before, after = match.string[: match.start()], match.string[match.end() :]
    if pattern("not_planned", "money").search(before) or pattern("not_left", "money").match(after):
        return None
    many = sheet.whole(match["n"])
    return Count(value=many, **span) if 1 <= many <= 120 else None


@reads
def one_payment(sheet: Sheet, match: Match, span: Span) -> Found:
    return Count(value=1, **span)


@reads
def two_halves(sheet: Sheet, match: Match, span: Span) -> Found:
    return Count(value=2, **span)


@reads
def times(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "4 x 50" is four of 50; "50 x 4" is read from its other end."""
    many = sheet.whole(match["n"])
    return Count(value=many, **span) if 1 <= many < sheet.number(match["each"]).value else None


@reads
def times_after(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "50 x 4" is four of 50; of "4 x 50" the 50 is the sum."""
    smaller = match["first"] and sheet.number(match["first"]).value < sheet.number(match["n"]).value
    return None if smaller else count(sheet, match, span)


_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365, "q": 15, "h": 1 / 24, "b": 1.4}


@reads
def length(sheet: Sheet, match: Match, span: Span) -> Found:
    """How long from now on; how long ago, or for how long already, is nothing."""
    if pattern("up_to_now", "money").search(match.string[: match.start()]):
        return None
    told = match.groupdict()
    stretch = Stretch(1, told["unit"][0].replace("s", "w").replace("a", "y")) if told.get("unit") else sheet.what(match["e"])
    days = stretch.many * _DAYS[stretch.unit]
    if stretch.unit == "w" and stretch.many != int(stretch.many):  # half of a week is no number of days
        return Vague(kind="about_when", **span, question="which_date")
    return Duration(days=int(days), **span) if 1 <= days <= 3700 else None


@reads
def loose_length(sheet: Sheet, match: Match, span: Span) -> Found:
    """With no word that asks for it, years are somebody's past or a law, and "a week" says nothing."""
    stretch = sheet.what(match["e"])
    return None if stretch.unit in "yh" or kind_of(match["e"]) == "J" else length(sheet, match, span)


# what nobody can put a figure on


def _ask(kind: str, question: Question) -> None:
    def read(sheet: Sheet, match: Match, span: Span) -> Found:
        return Vague(kind=kind, **span, question=question)

    read.__name__ = kind
    reads(read)


for _kind in ("tax_time", "soon", "season", "when_able"):
    _ask(_kind, "which_date")
_ask("some_amount", "amount")


@reads
def payday_asked(sheet: Sheet, match: Match, span: Span) -> Found:
    """No question when the same breath says the day: "when i get paid on the 15th", "friday is payday"."""
    after, before = match.string[match.end() :], match.string[: match.start()]
    if pattern("day_follows", "money").match(after) or pattern("day_precedes", "money").search(before):
        return None
    return Vague(kind="payday", **span, question="payday")


# sums


def _amount(sheet: Sheet, value: Decimal, text: str, span: Span) -> Found:
    """In the debt's currency unless another is named; pesos and varos are said for dollars too."""
    named = "EUR" if pattern("euros", "money").search(text) else "GBP" if pattern("pounds", "money").search(text) else ""
    currency = named or sheet.currency
    minor = int((value.scaleb(_DECIMALS.get(currency, 2)) + Decimal("0.5")) // 1)
    return Amount(minor=minor, currency=currency, **span) if 0 <= minor <= _MOST else None


def _unclear(span: Span) -> Vague:
    return Vague(kind="unclear_amount", **span, question="amount")


@reads
def with_cents(sheet: Sheet, match: Match, span: Span) -> Found:
    whole, cents = sheet.number(match["n"]).value, sheet.number(match["c"]).value
    return _amount(sheet, whole + cents / 100, match[0], span) if 0 <= cents < 100 else None


@reads
def trailing_cents(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "25 dollars 60"; "25 dollars 5" may be anything."""
    return with_cents(sheet, match, span) if _two_figures(sheet, match) else None


def _two_figures(sheet: Sheet, match: Match) -> bool:
    whole, cents = sheet.number(match["n"]), sheet.number(match["c"])
    return 10 <= cents.whole < 100 and whole.whole > 0


@reads
def unclear_cents(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "15 dollars and 50" is 15.50 to some."""
    return _unclear(span) if _two_figures(sheet, match) else None


@reads
def spanish_cents(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "36 con 50"; "100 con 5" may be anything."""
    return with_cents(sheet, match, span) if sheet.whole(match["c"]) >= 10 else _unclear(span)


@reads
def doubled(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "forty-five (45) dollars" says it twice."""
    value = sheet.number(match["n"]).value
    return _amount(sheet, value, match[0], span) if value == sheet.number(match["c"]).value else None


@reads
def only_cents(sheet: Sheet, match: Match, span: Span) -> Found:
    return _amount(sheet, sheet.number(match["n"]).value / 100, match[0], span)


@reads
def cheque(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "forty five and 20/100", "100.00/xx": as a sum stands on a cheque."""
    of = match["of"] if kind_of(match["of"]) == "" else sheet.number(match["of"]).raw
    cents = sheet.number(match["c"]).value if kind_of(match["c"] or "") == "N" else Decimal(0)
    if of.endswith("/100"):
        cents, of = Decimal(of.removesuffix("/100")), "100"
    return _amount(sheet, sheet.number(match["n"]).value + cents / 100, match[0], span) if of in ("100", "xx") else None


@reads
def one_dollar(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "a dollar today"."""
    return _amount(sheet, Decimal(2 if match["two"] else 1), match[0], span)


@reads
def notes_of(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "dos de a veinte"."""
    many, note = sheet.number(match["n"]), sheet.number(match["note"])
    ok = 1 <= many.whole <= 20 and note.whole in (1, 5, 10, 20, 50, 100)
    return _amount(sheet, many.value * note.value, match[0], span) if ok else None


@reads
def signed(sheet: Sheet, match: Match, span: Span) -> Found:
    return _amount(sheet, sheet.number(match["n"]).value, match[0], span)


@reads
def named(sheet: Sheet, match: Match, span: Span) -> Found:
    number = sheet.number(match["n"])
    if number.odd and "," not in number.raw:
        return _unclear(span)
    return None if long(number, 7) else _amount(sheet, number.value, match[0], span)


@reads
def bare(sheet: Sheet, match: Match, span: Span) -> Found:
    number, before = sheet.number(match["e"]), match.string[: match.start()]
    if not is_money(number, before, after_its_equals(sheet, match.string, match.end(), number)):
        return None
    return _unclear(span) if number.odd else _amount(sheet, number.value, match[0], span)


def _ends(sheet: Sheet, match: Match) -> tuple[Decimal, Decimal] | None:
    """Both ends of "40 to 50": the upper one says whether it is money; "1-2k" are thousands at both ends."""
    low, high = sheet.number(match["low"]), sheet.number(match["high"])
    thousands = high.raw.isdigit() and high.value == Decimal(high.raw) * 1000
    value = low.value * 1000 if thousands and low.value < 100 else low.value
    if low.odd or high.odd or long(high, 7) or not value < high.value:
        return None
    before, after = match.string[: match.start()], match.string[match.end() :]
    told = match["sign"] or match["unit"] or match["unit2"] or rhythmic("", after)
    return (value, high.value) if told or low.value >= 5 and is_money(high, before, after) else None


@reads
def low_end(sheet: Sheet, match: Match, span: Span) -> Found:
    ends = _ends(sheet, match)
    return _amount(sheet, ends[0], match[0], span) if ends else None


@reads
def high_end(sheet: Sheet, match: Match, span: Span) -> Found:
    ends = _ends(sheet, match)
    return _amount(sheet, ends[1], match[0], span) if ends else None
