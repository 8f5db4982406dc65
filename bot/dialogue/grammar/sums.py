"""Readers of sums: "$50", "65 dollars 20", "two twenties", "40 to 50", and bare numbers whose neighbours say so.

"two fifty" is 250; "12,50" without a sign and "twelve fifty" are asked back; 7 digits or more need a "$".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from bot.dialogue.grammar.folding import fold
from bot.dialogue.grammar.model import Amount, Vague
from bot.dialogue.grammar.names import beside_a_name
from bot.dialogue.grammar.numbers import Number, find
from bot.dialogue.grammar.roles import topic
from bot.dialogue.grammar.sheet import Found, Heard
from bot.dialogue.grammar.words import found, kind_of

# Currencies whose minor unit is not a hundredth (ISO 4217).
_DECIMALS = {"JPY": 0, "KRW": 0, "CLP": 0, "PYG": 0, "VND": 0} | {"KWD": 3, "BHD": 3, "OMR": 3, "JOD": 3, "TND": 3}
_MOST = 10**11  # minor units; more is a slip of the finger, not a debt


def _amount(m: Heard, value: Decimal) -> Found:
    """In the debt's currency unless another is named; pesos and varos are said for dollars too."""
    named = "EUR" if found("euros", m.text) else "GBP" if found("pounds", m.text) else m.sheet.currency
    minor = int((value.scaleb(_DECIMALS.get(named, 2)) + Decimal("0.5")) // 1)
    return Amount(minor=minor, currency=named, **m.span) if 0 <= minor <= _MOST else None


def _unclear(m: Heard) -> Vague:
    return Vague(kind="unclear_amount", **m.span, question="amount")


def with_cents(m: Heard) -> Found:
    """ "65 dollars and 20 cents"."""
    cents = m.number("c").value
    return _amount(m, m.number("n").value + cents / 100) if 0 <= cents < 100 else None


def trailing_cents(m: Heard) -> Found:
    """ "25 dollars 60"; "25 dollars 5" may be anything, and "15 dollars and 50" is 15.50 to some."""
    if not 10 <= m.whole("c") < 100 or m.whole("n") < 1:
        return None
    return _unclear(m) if m["and"] else with_cents(m)


def spanish_cents(m: Heard) -> Found:
    """ "36 con 50"; "100 con 5" may be anything."""
    return with_cents(m) if m.whole("c") >= 10 else _unclear(m)


def cheque(m: Heard) -> Found:
    """ "forty five and 20/100", "100.00/xx": as a sum stands on a cheque."""
    of = m.number("of").raw if kind_of(m["of"]) else m["of"]
    cents = m.number("c").value if kind_of(m["c"]) else Decimal(0)
    if of.endswith("/100"):
        cents, of = Decimal(of.removesuffix("/100")), "100"
    return _amount(m, m.number("n").value + cents / 100) if of in ("100", "xx") else None


def doubled(m: Heard) -> Found:
    """ "forty-five (45) dollars" says it twice."""
    return _amount(m, m.number("n").value) if m.number("n").value == m.number("c").value else None


def one_dollar(m: Heard) -> Found:
    """ "a dollar today", "a couple of bucks"."""
    return _amount(m, Decimal(2 if m["two"] else 1))


def notes_of(m: Heard) -> Found:
    """ "dos de a veinte"."""
    notes = 1 <= m.whole("n") <= 20 and m.whole("note") in (1, 5, 10, 20, 50, 100)
    return _amount(m, m.number("n").value * m.number("note").value) if notes else None


def signed(m: Heard, parts: str = "1") -> Found:
    """ "$50"; "75 cents" are hundredths."""
    return _amount(m, m.number("n").value / int(parts))


def named(m: Heard) -> Found:
    number = m.number("n")
    if number.odd and "," not in number.raw:
        return _unclear(m)
    return None if _long(number, 7) else _amount(m, number.value)


def end(m: Heard, which: str) -> Found:
    """An end of "40 to 50": the upper one says whether it is money; "1-2k" are thousands at both ends."""
    low, high = m.number("low"), m.number("high")
    thousands = high.raw.isdigit() and high.value == Decimal(high.raw) * 1000
    least = low.value * 1000 if thousands and low.value < 100 else low.value
    if low.odd or high.odd or _long(high, 7) or not least < high.value:
        return None
    told = m["sign"] or m["unit"] or m["unit2"] or _rhythmic("", m.after)
    money = told or low.value >= 5 and _is_money(high, m.before, m.after)
    return _amount(m, (least, high.value)[int(which)]) if money else None


def apportioned(m: Heard) -> Found:
    """ "Five to the gym and ten to the clinic": small sums, but sums."""
    number = m.number("n")
    return None if number.odd or number.whole < 1 or _long(number, 4) else _amount(m, number.value)


def bare(m: Heard) -> Found:
    number, after = m.number("e"), m.after
    while kind_of(after[1:2]) == "N" and m.sheet.what(after[1]).value == number.value:
        after = after[2:]  # "3 payments, 100 100 and 87": what follows the last of them
    if not (_is_money(number, m.before, after) or _is_for_a_debt(number, m)):
        return None
    return _unclear(m) if number.odd else _amount(m, number.value)


def _is_money(number: Number, before: str, after: str) -> bool:
    """Small words may follow a sum, a noun is a thing; 5 to 12 are hours, scores and children as often as sums."""
    rhythm, verb = _rhythmic(before, after), found("verb_before", before)
    about = number.value > 12 and topic(before, after) is not None
    sure = (
        rhythm or verb and not before.endswith("did ") or found("before_small", before) and found("after_small", after)
    )
    if _in_cents(number):
        return not (found("never_after", after) or found("things", after) or found("never_before", before))
    if number.value <= 12 and not sure or found("never_after", after) or not (about or rhythm) and _never(before):
        return False
    if not _size_fits(number, sure=rhythm or verb, likely=about, least=1 if rhythm else 5):
        return False
    follows = found("may_follow", after) or found("rhythm_after", after)
    return follows or (verb or about or found("rhythm_before", before)) and not found("things", after)


def _is_for_a_debt(number: Number, m: Heard) -> bool:
    """ "70 clinic 30 gym", "la renta 25": beside the name of a debt it is what that debt gets."""
    return beside_a_name(m.sheet.names, m.before, m.after) and _size_fits(number, sure=False, likely=False, least=5)


def _rhythmic(before: str, after: str) -> bool:
    """Paid again and again: "3 a week", "payments of 4"."""
    return found("rhythm_after", after) or found("rhythm_before", before)


def _never(before: str) -> bool:
    return found("never_before", before) or found("inside", before) and not found("sum_of", before)


def _size_fits(number: Number, *, sure: bool, likely: bool, least: int) -> bool:
    """Years, postcodes and endings of accounts look like sums; such numbers need a verb or a rhythm."""
    if number.value < least or number.raw[:1] == "0" or _long(number, 7):
        return False
    looks_like_year = 1900 < number.value < 2100 and number.value != 2000
    if sure or not (_long(number, 4) or looks_like_year):
        return True
    return not _long(number, 5) and not looks_like_year and (likely or number.whole % 100 == 0)


def figure_left(text: str, taken: Iterable[tuple[int, int]]) -> bool:
    """Whether a number stands there that may be a sum and of which nothing was made: "3" in "i can pay 3 today"."""
    folded, spans = fold(text).text, list(taken)
    numbers, _ = find(folded, spanish=False)
    return any(
        number.kind == "N" and 0 < number.value < 1900 and found("may_follow_unread", folded[number.end :])
        and not any(start < number.end and number.start < end for start, end in spans)
        for number in numbers
    )  # fmt: skip


def _in_cents(number: Number) -> bool:
    """ "0.75", ".75" and "0,75": so nobody writes an hour, a count or a share."""
    return re.fullmatch(r"0?[.,]\d\d", number.raw) is not None


def _long(number: Number, digits: int) -> bool:
    """Written with so many digits and no separator."""
    return number.raw.isdigit() and len(number.raw) >= digits
