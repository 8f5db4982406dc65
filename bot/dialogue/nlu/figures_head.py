"""What each figure of a message is about: paid each time, now, later; a bound; a day; no offer at all; taken back.

It sees the figure as the multilingual encoder reads it among its neighbours, the words next to it, its kind, what the
grammar thinks, and the scene. The value itself is the grammar's.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.dialogue import grammar
from bot.dialogue.meaning.cues import words_of
from bot.dialogue.meaning.figures import ABOUT, Figure, Figures
from bot.dialogue.meaning.scene import Scene
from bot.dialogue.nlu import scene_features
from bot.dialogue.nlu.network import Lessons, Network, Practice, learnt, one_of

Array = Any
KINDS = ("amount", "date", "frequency", "percentage", "count", "duration")
_OFF = ("no", "not")
_ALLOWED: dict[str, tuple[str, ...]] = {
    "amount": ("", "each", "now", "later", "total", "at_most", "at_least", "down", *_OFF),
    "date": ("", "pay", "first", "until", *_OFF),
    "percentage": ("", "now", "later", "down", "total", *_OFF),
    "frequency": ("", *_OFF), "count": ("", *_OFF), "duration": ("", "until", *_OFF),
}  # fmt: skip
_NEAR, _WORDS = 3, 512
_PRACTICE = Practice(hidden=192, rounds=20, forget=(0.2, 0.4))
"""Words on either side, each with its place; hashed."""


@dataclass(frozen=True)
class Span:
    """A figure before anybody knows what it is about; `thought` is the grammar's own opinion."""

    start: int
    end: int
    kind: str
    thought: str = ""


def fits(kind: str, about: str) -> bool:
    return about in _ALLOWED.get(kind, ())


def spans_of(reading: grammar.Reading) -> list[Span]:
    """The values, and behind them the days that are named vaguely: "in january" may be no offer either."""
    values = [Span(one.start, one.end, one.kind, thought(one)) for one in reading.entities]
    return [*values, *(Span(one.start, one.end, "date") for one in reading.questions if _asks_for_a_day(one))]


def _asks_for_a_day(one: grammar.Vague) -> bool:
    return one.question == "which_date"


def thought(what: grammar.Entity) -> str:
    return "no" if getattr(what, "about", None) else what.role or ""


def rows(text: str, spans: Sequence[Span], vectors: Array, scene: Scene) -> Array:
    """One row a figure; `vectors` are theirs by the encoder, with no columns where it is missing."""
    around = scene_features.features(scene)
    return np.stack([np.concatenate([_even(v), _told(text, one), around]) for one, v in zip(spans, vectors)])


def _even(vector: Array) -> Array:
    return (vector - vector.mean()) / max(float(vector.std()), 1e-6) / 2 if len(vector) else vector


def _told(text: str, span: Span) -> Array:
    row = np.zeros(len(KINDS) + len(ABOUT) + _WORDS, dtype=np.float32)
    row[KINDS.index(span.kind)] = 1
    row[len(KINDS) + ABOUT.index(span.thought)] = 1
    before, after = words_of(text[: span.start])[-_NEAR:][::-1], words_of(text[span.end :])[:_NEAR]
    near = [f"{way}{word}" for way, words in (("<", before), (">", after)) for word in words]
    near += [f"{way}1{words[0] if words else ''}" for way, words in (("<", before), (">", after))]
    for one in near:
        row[len(KINDS) + len(ABOUT) + zlib.crc32(one.encode()) % _WORDS] = 1
    return row


@dataclass(frozen=True)
class FiguresHead:
    """Its columns are ABOUT."""

    network: Network

    def about(self, told: Array, spans: Sequence[Span], surely_off: float) -> list[tuple[str, float]]:
        """The likeliest role that the kind allows, and its share; no offer, or taken back, only when that is sure."""
        shares = one_of(self.network.scores(told) + np.stack([_MASKS[span.kind] for span in spans]))
        off = shares[:, _OFF_COLUMNS].sum(axis=1)
        shares[np.ix_(off < surely_off, _OFF_COLUMNS)] = 0
        return [(ABOUT[int(row.argmax())], float(row.max())) for row in shares]

    def figures(self, reading: grammar.Reading, told: Array, surely_off: float) -> Figures:
        about = self.about(told, spans_of(reading), surely_off)
        days = iter(about[len(reading.entities) :])
        vague = (one for one in reading.questions if not _asks_for_a_day(one) or next(days)[0] not in _OFF)
        return Figures(tuple(Figure(what, *one) for what, one in zip(reading.entities, about)), tuple(vague))


SURELY_OFF = 0.6
"""On held-out messages this drops six of ten figures that are no offer and three of a hundred that are one."""
OFF_AMID_A_WISH = 0.97
"""What it takes where the message surely offers something, and else none of its figures would be the offer."""
_OFF_COLUMNS = [ABOUT.index(about) for about in _OFF]
_MASKS = {
    kind: np.array([0.0 if about in allowed else -1e9 for about in ABOUT], dtype=np.float32)
    for kind, allowed in _ALLOWED.items()
}


def taught(told: Array, about: Sequence[str], seed: int) -> FiguresHead:
    """From rows and the roles that are right."""
    right = np.zeros((len(about), len(ABOUT)), dtype=np.float32)
    right[np.arange(len(about)), [ABOUT.index(one) for one in about]] = 1
    counts = np.ones(len(about), dtype=np.float32)
    return FiguresHead(learnt(Lessons(told.astype(np.float32), right, counts), _PRACTICE))
