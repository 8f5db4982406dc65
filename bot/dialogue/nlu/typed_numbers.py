"""Which digits of a message are a phone number and which a code, while we ask who they are; and the text without them.

A code is six digits, also "482 913" and "4 8 2 9 1 3", and only where one is awaited. A phone number is what
libphonenumber finds possible. Ten bare digits may be a reference as well: they are a phone number where one is
awaited, else only when such a number can exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import phonenumbers
from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher

_EDGES = ".,;:!?'\"()#"
_CODE = 6
_SPACED = ((3, 3), (1,) * _CODE)
_GROUPED = ((3, 3, 4), (1, 3, 3, 4), (10,), (11,))
"""As telephone numbers are written, and a birth date with a ZIP code is not."""


def code_in(text: str) -> tuple[str | None, str]:
    """The six digits, and the rest of the message."""
    words = text.split()
    for first, last in _runs(words):
        found = [word.strip(_EDGES).replace("-", "") for word in words[first:last]]
        if len(found) == 1 or tuple(map(len, found)) in _SPACED:
            code = "".join(found)
            if len(code) == _CODE:
                return code, " ".join([*words[:first], *words[last:]])
    return next(((word, text.replace(word, " ", 1)) for word in _bare(words) if len(word) == _CODE), (None, text))


def phone_in(text: str, *, is_awaited: bool, only_grouped: bool = False) -> tuple[str | None, str]:
    """In E.164, and the rest of the message."""
    for match in PhoneNumberMatcher(text, "US", leniency=Leniency.POSSIBLE):
        is_bare = match.raw_string.isdigit() and not is_awaited
        exists = phonenumbers.is_valid_number if is_bare else phonenumbers.is_possible_number
        if not exists(match.number) or only_grouped and _groups(match.raw_string) not in _GROUPED:
            continue
        rest = f"{text[: match.start]} {text[match.end :]}"
        return phonenumbers.format_number(match.number, PhoneNumberFormat.E164), rest
    return None, text


def _groups(text: str) -> tuple[int, ...]:
    return tuple(len(one) for one in "".join(c if c.isdigit() else " " for c in text).split())


def _runs(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Words of digits that follow each other, all of them."""
    first = None
    for place, word in enumerate([*words, ""]):
        if _is_digits(word):
            first = place if first is None else first
        elif first is not None:
            yield first, place
            first = None


def _is_digits(word: str) -> bool:
    """ "482913", "482913.", "482-913"; no date."""
    parts = word.strip(_EDGES).split("-")
    return all(part.isdigit() for part in parts) and (len(parts) == 1 or tuple(map(len, parts)) in _SPACED)


def _bare(words: Sequence[str]) -> Iterator[str]:
    return (word.strip(_EDGES) for word in words if word.strip(_EDGES).isdigit())
