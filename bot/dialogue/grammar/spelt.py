"""Numbers as people say them: "a hundred and twenty", "two fifty", "mil doscientos", "5 hundred", "2 fitty".

In talk about a debt "two fifty" and "2 fitty" are 250, never 2.50; "twelve fifty" may be either: odd.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

_BARE = frozenset(("one", "uno", "un", "una"))
_LEADS = frozenset(("thousand", "thousands", "mil"))


@dataclass(frozen=True)
class Item:
    """One part: digits, a word by its kind in the lexicon, or a small word that may join ("a", "and")."""

    kind: str
    value: Decimal
    start: int
    end: int
    raw: str
    odd: bool = False


@dataclass(frozen=True)
class Piece:
    """A whole number, made of the items `start:end` of the text."""

    start: int
    end: int
    value: Decimal
    kind: Literal["plain", "ordinal"]
    raw: str
    odd: bool
    spoken: bool


@dataclass(frozen=True)
class _Part:
    value: Decimal
    after: int
    ordinal: bool = False
    odd: bool = False
    spoken: bool = False


def spelt(items: list[Item]) -> list[Piece]:
    """The numbers in a run of items that follow each other; what makes no number is left out."""
    pieces: list[Piece] = []
    at = 0
    while at < len(items):
        part = _number(items, at)
        if part is None:
            at += 1
            continue
        used = items[at : part.after]
        kind: Literal["plain", "ordinal"] = "ordinal" if part.ordinal else "plain"
        odd = part.odd or any(item.odd for item in used)
        pieces.append(Piece(used[0].start, used[-1].end, part.value, kind, used[0].raw, odd, part.spoken))
        at = part.after
    return pieces


def _is(items: list[Item], at: int, *kinds: str) -> bool:
    return at < len(items) and items[at].kind in kinds


def _number(items: list[Item], at: int) -> _Part | None:
    part = _thousands(items, at) or _hundreds(items, at) or _digits(items, at) or _spoken(items, at)
    part = part or _below_hundred(items, at)
    if part is not None and part.after == at + 1 and items[at].raw in _BARE:
        return None
    return part


def _digits(items: list[Item], at: int) -> _Part | None:
    if not _is(items, at, "digits"):
        return None
    small = 1 <= items[at].value <= 9 and items[at].raw.isdigit()
    if small and _is(items, at + 1, "tens"):
        return _spoken(items, at)
    return _Part(items[at].value, at + 1)


def _thousands(items: list[Item], at: int) -> _Part | None:
    lead = _lead(items, at, "x1000") or _hundreds(items, at)
    if lead is None and not (_is(items, at, "x1000") and items[at].raw in _LEADS):
        lead = _below_hundred(items, at) if not _is(items, at, "x1000") else None
        if lead is None:
            return None
    lead = lead or _Part(Decimal(1), at)
    if not _is(items, lead.after, "x1000") or lead.ordinal:
        return None
    return _plus(items, _Part(lead.value * 1000, lead.after + 1), hundreds=True)


def _hundreds(items: list[Item], at: int) -> _Part | None:
    if _is(items, at, "hundreds"):
        return _plus(items, _Part(items[at].value, at + 1), hundreds=False)
    lead = _lead(items, at, "x100") or _below_hundred(items, at)
    if lead is None and _is(items, at, "x100"):
        lead = _Part(Decimal(1), at)
    if lead is None or lead.ordinal or not _is(items, lead.after, "x100"):
        return None
    return _plus(items, _Part(lead.value * 100, lead.after + 1), hundreds=False)


def _lead(items: list[Item], at: int, multiplier: str) -> _Part | None:
    """What may stand before "hundred" and "grand" only: "a", "a couple of", "half a", digits."""
    for words, value in (
        (("half", "a"), "0.5"),
        (("a", "couple", "of"), "2"),
        (("a", "couple"), "2"),
        (("couple",), "2"),
    ):
        after = at + len(words)
        if all(_is(items, at + i, word) for i, word in enumerate(words)) and _is(items, after, multiplier):
            return _Part(Decimal(value), after)
    if _is(items, at, "a", "couple", "digits") and _is(items, at + 1, multiplier):
        value_of = {"a": Decimal(1), "couple": Decimal(2)}
        return _Part(value_of.get(items[at].kind, items[at].value), at + 1)
    return None


def _plus(items: list[Item], part: _Part, *, hundreds: bool) -> _Part:
    """Adds what follows: "two hundred (and) fifty", "mil (y) doscientos", "2 mil 500"."""
    after = part.after
    if _is(items, after, "and"):
        after += 1
    rest = (_hundreds(items, after) if hundreds else None) or _below_hundred(items, after)
    if rest is None and hundreds and _is(items, part.after, "digits") and 100 <= items[part.after].value <= 999:
        rest = _Part(items[part.after].value, part.after + 1)
    if rest is None or rest.ordinal or (rest.after == after + 1 and items[after].raw in ("a", "un", "una")):
        return part
    return _Part(part.value + rest.value, rest.after)


def _spoken(items: list[Item], at: int) -> _Part | None:
    """ "two fifty" is 250, "one twenty five" is 125; "twelve fifty" is 1250 or 12.50."""
    if _is(items, at, "tens") and _is(items, at + 1, "unit") and _is(items, at + 2, "tens"):
        return _Part((items[at].value + items[at + 1].value) * 100 + items[at + 2].value, at + 3, odd=True)
    if not _is(items, at, "unit", "teen", "digits") or items[at].value == 0:
        return None
    low = _below_hundred(items, at + 1) if _is(items, at + 1, "tens", "teen", "twenties") else None
    if low is None or low.ordinal:
        return None
    teen = items[at].kind == "teen"
    if teen and items[at + 1].kind != "tens":
        return None
    return _Part(items[at].value * 100 + low.value, low.after, odd=teen, spoken=True)


def _below_hundred(items: list[Item], at: int) -> _Part | None:
    if _is(items, at, "ordinal_unit", "ordinal_teen"):
        return _Part(items[at].value, at + 1, ordinal=True)
    if _is(items, at, "unit", "twenties"):
        return _Part(items[at].value, at + 1)
    if _is(items, at, "teen"):
        dieci = items[at].raw.startswith("die") and _is(items, at + 1, "y") and _is(items, at + 2, "unit")
        if dieci and items[at + 2].value >= 6:
            return _Part(items[at].value + items[at + 2].value, at + 3)
        return _Part(items[at].value, at + 1)
    return _tens(items, at) if _is(items, at, "tens") else None


def _tens(items: list[Item], at: int) -> _Part:
    tens = items[at].value
    if _is(items, at + 1, "ordinal_unit"):
        return _Part(tens + items[at + 1].value, at + 2, ordinal=True)
    if _is(items, at + 1, "unit") and items[at + 1].value > 0:
        return _Part(tens + items[at + 1].value, at + 2)
    if _is(items, at + 1, "y") and _is(items, at + 2, "unit") and items[at + 2].value > 0:
        return _Part(tens + items[at + 2].value, at + 3)
    return _Part(tens, at + 1)
