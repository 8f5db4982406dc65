"""One message under its scene: what both encoders, the classifier, the grammar, cues and phrases make of it, joined.

The learning of the acts head hears messages as the assistant will hear them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np

from bot.dialogue import grammar
from bot.dialogue.meaning.acts import Identify
from bot.dialogue.meaning.cues import Cues
from bot.dialogue.meaning.figures import Figures, by_the_grammar, near
from bot.dialogue.meaning.heard import Alarm
from bot.dialogue.meaning.naming import without_numbers, words_naming
from bot.dialogue.meaning.scene import Scene
from bot.dialogue.nlu import acts_head, figures_head
from bot.dialogue.nlu.encoder import Encoder
from bot.dialogue.nlu.figures_head import FiguresHead, spans_of
from bot.dialogue.nlu.mentions import mentions
from bot.dialogue.nlu.typed_numbers import code_in, phone_in

Array = Any


@dataclass(frozen=True)
class Noticed:
    """What is read of a message before its acts are heard."""

    figures: Figures
    cues: frozenset[str]
    alarms: tuple[Alarm, ...]
    option: int | None

    def row(self, text: str) -> Array:
        return acts_head.signs(text, self.figures, self.cues, self.alarms, self.option)


@dataclass(frozen=True)
class Read:
    """The multilingual vector of a message, and its figures before anybody knows what they are about."""

    vector: Array
    reading: grammar.Reading
    around: list[Array]

    def figures(
        self, text: str, scene: Scene, head: FiguresHead | None, surely_off: float = figures_head.SURELY_OFF
    ) -> Figures:
        if head is None or not self.around:
            return near(by_the_grammar(self.reading), scene)
        rows = figures_head.rows(text, spans_of(self.reading), self.around, scene)
        return near(head.figures(self.reading, rows, surely_off), scene)


def read_all(e5: Encoder | None, texts: Sequence[str], readings: Sequence[grammar.Reading]) -> list[Read]:
    """Without the encoder the vectors have no columns."""
    vectors, around = vectors_of(
        e5, texts, [[(one.start, one.end) for one in spans_of(reading)] for reading in readings]
    )
    return [Read(*one) for one in zip(vectors, readings, around)]


def vectors_of(
    e5: Encoder | None, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]]
) -> tuple[Array, list[list[Array]]]:
    """Of each message, and around each of its spans."""
    if e5 is None:
        empty = np.zeros(0, dtype=np.float32)
        return [empty] * len(texts), [[empty] * len(found) for found in spans]
    return e5.all_readings([lowered(text) for text in texts], spans)


def lowered(text: str) -> str:
    """As long as it was, so that places stay."""
    low = text.lower()
    return low if len(low) == len(text) else text


_HELD = frozenset({"no longer plain", "stop abroad"})
"""These count wherever they stand in the message."""
_OF_AGE, _OLD = 18, 88


def option_in(text: str) -> int | None:
    return next((one["value"] for one in mentions(text) if one["entity"] == "option"), None)


def proofs_in(text: str, scene: Scene) -> Identify:
    """Who they say they are, until they have proved it; unasked only what cannot be taken for anything else."""
    if scene.verified and scene.asked != "identity":
        return Identify()
    code, text = code_in(text) if scene.awaits == "code" else (None, text)
    phone, text = _phone(text, scene)
    named = {one["entity"]: one["value"] for one in mentions(text)}
    born = tuple(day for day in grammar.dates_of_birth(text, scene.now) if _is_likely(day, text, scene))
    postcode = grammar.postcode(text)
    if scene.asked != "identity" and not (born and postcode) and "reference" not in named:
        return Identify()
    return Identify(
        date_of_birth=born[0] if born else None,
        other_date_of_birth=born[1] if len(born) > 1 else None,
        postcode=postcode,
        reference=named.get("reference") or _digits_only(text, bool(born), postcode),
        last4=named.get("last4"),
        name=named.get("name"),
        phone=phone,
        code=code,
    )


def _phone(text: str, scene: Scene) -> tuple[str | None, str]:
    """And the rest of the message. A birthday, with a ZIP code or without, may look like one number."""
    if scene.asked != "identity" or scene.verified:
        return None, text
    is_awaited = scene.awaits in ("phone", "code")
    has_proofs = bool(grammar.dates_of_birth(text, scene.now))
    return phone_in(text, is_awaited=is_awaited, only_grouped=has_proofs and not is_awaited)


def _is_likely(born: date, text: str, scene: Scene) -> bool:
    """Six digits in a row are a birthday only of somebody of an age to have debts, seven where no number is asked for."""
    in_a_row = {len(word) for word in text.split() if word.isdigit()}
    if 7 in in_a_row and scene.awaits is not None:
        return False
    return 6 not in in_a_row or _OF_AGE <= scene.today.year - born.year <= _OLD


def _digits_only(text: str, is_birthday: bool, postcode: str | None) -> str | None:
    """A reference without its letters: six digits or more that are nothing else."""
    runs = ["".join(c for c in word if c.isdigit()) for word in text.split() if any(c.isdigit() for c in word)]
    found = [run for run in runs if 6 <= len(run) <= 12 and run != postcode]
    return found[0] if found and not is_birthday else None


def reading(text: str, now: datetime, language: str, scene: Scene) -> grammar.Reading:
    """With the names of the debts: "70 clinic" is a sum where there is a clinic."""
    names = words_naming(text, scene)
    plain = without_numbers(text, scene)
    return grammar.read(plain, now=now, language=language, currency=scene.currency, names=names)


def cues_in(cues: Cues, text: str) -> frozenset[str]:
    """Those that the message says from end to end, and whether a word of it takes a yes back."""
    held = {name for name in _HELD if cues.holds(name, text)}
    return frozenset(cues.said(text) - _HELD | held)
