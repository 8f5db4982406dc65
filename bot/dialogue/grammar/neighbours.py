"""Whether a bare number is money, by the words beside it: small words may follow a sum, a noun is a thing."""

from __future__ import annotations

from bot.dialogue.grammar.about import topic
from bot.dialogue.grammar.numbers import Number
from bot.dialogue.grammar.sheet import Sheet
from bot.dialogue.grammar.words import kind_of, pattern


def is_money(number: Number, before: str, after: str) -> bool:
    """By what stands before and after it."""
    rhythm = rhythmic(before, after)
    verb = _before("verb_before", before)
    about = number.value > 12 and topic(before, after) is not None
    small = number.value <= 12 and not (rhythm or verb and not before.endswith("did ") or _small_sum(before, after))
    if small or _after("never_after", after) or not (about or rhythm) and _never_before(before):
        return False
    if not _size_fits(number, sure=rhythm or verb, likely=about, least=1 if rhythm else 5):
        return False
    told = verb or about or _before("rhythm_before", before)
    follows = _after("may_follow", after) or _after("rhythm_after", after)
    return follows or (told and not _after("things", after))


def rhythmic(before: str, after: str) -> bool:
    """Paid again and again: "3 a week", "payments of 4"."""
    return _after("rhythm_after", after) or _before("rhythm_before", before)


def long(number: Number, digits: int) -> bool:
    """Written with so many digits and no separator."""
    return number.raw.isdigit() and len(number.raw) >= digits


def after_its_equals(sheet: Sheet, text: str, end: int, number: Number) -> str:
    """ "3 payments, 100 100 and 87": what follows the last of them."""
    while kind_of(text[end + 1 : end + 2] or " ") == "N" and sheet.number(text[end + 1]).value == number.value:
        end += 2
    return text[end:]


def _small_sum(before: str, after: str) -> bool:
    """5 to 12 are hours, scores and children as often as sums: both sides must fit."""
    return _before("before_small", before) and _after("after_small", after)


def _never_before(before: str) -> bool:
    return _before("never_before", before) or (_before("inside", before) and not _before("sum_of", before))


def _size_fits(number: Number, *, sure: bool, likely: bool, least: int) -> bool:
    """Years, postcodes and endings of accounts look like sums; such numbers need a verb or a rhythm."""
    if number.value < least or number.raw[:1] == "0" or long(number, 7):
        return False
    if sure or not long(number, 4):
        return True
    looks_like_year = 1900 <= number.value <= 2099
    return not long(number, 5) and not looks_like_year and (likely or number.whole % 100 == 0)


def _before(name: str, text: str) -> bool:
    return pattern(name, "money").search(text) is not None


def _after(name: str, text: str) -> bool:
    return pattern(name, "money").match(text) is not None
