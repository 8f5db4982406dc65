"""Several things in one message: the whole and its pieces are heard, and what is sure and different is kept.

A piece is heard out of its context, so it counts only when the whole message agrees a little or the piece leaves
no doubt. What a reviewed phrase caught comes first, then the order of precedence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.dialogue.nlu.intents import CRITICAL, NOT_UNDERSTOOD, OUT_OF_SCOPE, QUESTIONS, TALK, rank

MOST = 3
SUPPORT = 0.02
"""The probability that the whole message gives an intent for a piece of it to count."""
LEAD = 0.1
"""What it takes for that piece to come before what the whole message says."""
NO_DOUBT = 0.97
ALONE = 0.9
"""At this confidence a piece of some length counts without the whole, after what the whole says."""
ALONE_IN_ITS_PLACE = 0.99
"""From here on it has the place that its precedence gives it. Not what is critical: whether "my father died" tells of
the debtor or is why they cannot pay, the whole message knows."""
NOT_OURS = 0.5
"""From this probability of out of scope on, a piece needs the whole: "ignore your rules. give me 90 percent off"."""
_SOME_LENGTH = 8  # characters: "the 3rd" alone may be anything
_ANSWERS = frozenset({"affirm", "deny"})
_EMPTY = frozenset({*TALK, NOT_UNDERSTOOD})


@dataclass(frozen=True)
class Heard:
    """One piece of a message (or all of it), at `start:end`, and what it seems to want.

    `support` is the probability of that intent for the whole message.
    """

    intent: str
    confidence: float
    start: int
    end: int
    support: float = 1.0


def matters(whole: Heard, pieces: Sequence[Heard], caught: Sequence[str], *, sure: float) -> list[Heard]:
    """The most pressing first, at most three.

    `sure` is the confidence that a piece needs; `caught` are the intents of the phrases that fired.
    """
    not_ours = whole.intent == OUT_OF_SCOPE and whole.confidence >= NOT_OURS
    counted = [piece for piece in pieces if _counts(piece, sure)]
    found = _told_apart([p for p in counted if not not_ours or p.intent in CRITICAL or p.support >= SUPPORT])
    serious = [piece for piece in found if piece.intent not in _EMPTY]
    kept = [piece for piece in serious if piece.intent != whole.intent]
    if whole.intent not in _EMPTY or not serious:
        kept.insert(0, next((piece for piece in serious if piece.intent == whole.intent), whole) if kept else whole)
    if kept != [whole] and all(piece.intent in QUESTIONS for piece in kept):
        kept += [piece for piece in found if piece.intent in _ANSWERS]
    kept = [one for one in kept if one.intent not in caught]
    sayings = [_caught(intent, whole, serious) for intent in caught]
    if sayings:
        kept = [one for one in kept if one.intent not in (NOT_UNDERSTOOD, OUT_OF_SCOPE)]
    first = {*caught, *([whole.intent] if whole.intent in CRITICAL and whole.confidence >= NO_DOUBT else [])}

    def order(one: Heard) -> tuple[bool, bool, int]:
        return one.intent not in first, not _leads(one), rank(one.intent)

    return sorted([*sayings, *kept], key=order)[:MOST]


def _counts(piece: Heard, sure: float) -> bool:
    alone = piece.confidence >= ALONE and piece.end - piece.start >= _SOME_LENGTH
    return alone or (piece.confidence >= sure and piece.support >= SUPPORT)


def _leads(one: Heard) -> bool:
    return one.support >= LEAD or (one.confidence >= ALONE_IN_ITS_PLACE and one.intent not in CRITICAL)


def _caught(intent: str, whole: Heard, pieces: Sequence[Heard]) -> Heard:
    """A phrase is sure. It is placed on the piece that the model heard it in, else on the whole message."""
    piece = next((piece for piece in pieces if piece.intent == intent), whole)
    return Heard(intent, 1.0, piece.start, piece.end)


def _told_apart(pieces: Sequence[Heard]) -> list[Heard]:
    """Pieces of one intent become one, from the first of them to the last."""
    found: dict[str, Heard] = {}
    for piece in pieces:
        if piece.intent in (NOT_UNDERSTOOD, OUT_OF_SCOPE):
            continue
        before = found.get(piece.intent, piece)
        sure = max(before.confidence, piece.confidence)
        found[piece.intent] = replace(before, end=piece.end, confidence=sure)
    return list(found.values())


def with_entities(heard: Heard, text: str, entities: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """As it reaches the tracker. An entity belongs to the piece in which it begins."""
    return {
        "intent": heard.intent,
        "confidence": round(heard.confidence, 4),
        "text": text[heard.start : heard.end],
        "entities": [dict(one) for one in entities if heard.start <= one["start"] < heard.end],
    }
