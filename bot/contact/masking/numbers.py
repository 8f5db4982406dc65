"""Where social-security numbers and IBANs stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from stdnum import iban

from bot.contact.masking.signs import Group

_NAMED = re.compile(
    r"(?i)\b(?:ssn?|s[. ]s[. ]n|nss|itin|(?:my |your |mi )?social|soc(?: sec(?:urity)?)?|seguro social|tax id|tin)\b"
)
_REACH = 30
"""Characters between the name of a number and the number, or the other way round."""
_IBAN = re.compile(r"(?i)(?<![^\W_])[A-Z]{2}(?:[^\w]{0,3}\d){2}(?:[^\w]{0,3}[A-Z0-9]){11,30}")


def social(text: str, groups: Sequence[Group]) -> Iterator[tuple[int, int]]:
    """Three, two and four digits with the same between them; nine in any shape where the number is named."""
    for at in range(len(groups)):
        part = _nine(groups, at)
        if part and _is_social(text, groups, at, part):
            yield part[0].start, part[-1].end


def _nine(groups: Sequence[Group], at: int) -> Sequence[Group]:
    """The groups from here on that are nine digits together; nothing when none are."""
    over, digits = at, 0
    while over < len(groups) and digits < 9:
        digits += len(groups[over].digits)
        over += 1
    return groups[at:over] if digits == 9 else ()


def _is_social(text: str, groups: Sequence[Group], at: int, part: Sequence[Group]) -> bool:
    start, end = part[0].start, part[-1].end
    if _NAMED.search(text[max(0, start - _REACH) : start]) or _NAMED.match(text[end : end + _REACH].lstrip(" ,.;:-()")):
        return True
    if re.match(r"(?i)\W{0,3}(?:is|es|as)\W+(?:my |the |mi |el )?(?:ssn|social|seguro)", text[end : end + _REACH]):
        return True
    if [len(group.digits) for group in part] != [3, 2, 4] or part[2].digits == "0000" or part[1].digits == "00":
        return False
    first, second = _kind(text, part[0], part[1]), _kind(text, part[1], part[2])
    goes_on = [
        _kind(text, a, b) for a, b in ((groups[at - 1] if at else None, part[0]), (part[-1], _after(groups, at + 3)))
        if a is not None and b is not None
    ]  # fmt: skip
    return first == second and (first == " " or first not in goes_on)


def _after(groups: Sequence[Group], at: int) -> Group | None:
    return groups[at] if at < len(groups) else None


def _kind(text: str, one: Group, other: Group) -> str:
    """What stands between two groups: any dash is a dash, spaces count only alone."""
    between = re.sub(r"[‐-―−﹘﹣]", "-", re.sub(r"\s+", "", text[one.end : other.start]))
    return between or " "


def ibans(text: str) -> Iterator[tuple[int, int]]:
    """With any separators; the country's shape and the check digits of ISO 13616 decide."""
    for found in _IBAN.finditer(text):
        places = [found.start() + n for n, letter in enumerate(found[0]) if letter.isalnum()]
        compact = "".join(text[place] for place in places)
        for length in range(min(34, len(compact)), 14, -1):
            if compact[:length].isascii() and iban.is_valid(compact[:length]):
                yield places[0], places[length - 1] + 1
                break
