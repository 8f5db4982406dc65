"""How many SMS a text becomes: GSM-7 holds 160 (153 each when joined), anything else UCS-2 with 70 (67)."""

from __future__ import annotations

from dataclasses import dataclass

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")


@dataclass(frozen=True)
class Segments:
    """`encoding` is "GSM-7" or "UCS-2"; `units` counts what that encoding counts."""

    encoding: str
    units: int
    count: int


def measure(text: str) -> Segments:
    """3GPP TS 23.038; an extended letter costs two units and an emoji two."""
    if all(letter in _BASIC or letter in _EXTENDED for letter in text):
        units = sum(2 if letter in _EXTENDED else 1 for letter in text)
        return Segments("GSM-7", units, _count(units, 160, 153))
    units = len(text.encode("utf-16-be")) // 2
    return Segments("UCS-2", units, _count(units, 70, 67))


def _count(units: int, alone: int, joined: int) -> int:
    return 1 if units <= alone else -(-units // joined)
