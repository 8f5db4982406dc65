"""One message under its scene: what both encoders, the classifier, the grammar, cues and phrases make of it, joined.

The learning of the acts head hears messages as the assistant will hear them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import numpy as np

from bot.dialogue import grammar
from bot.dialogue.meaning.acts import Identify
from bot.dialogue.meaning.cues import Cues
from bot.dialogue.meaning.figures import Figures
from bot.dialogue.meaning.heard import Alarm
from bot.dialogue.meaning.scene import Scene
from bot.dialogue.nlu import acts_head
from bot.dialogue.nlu.encoder import Encoder
from bot.dialogue.nlu.examples import Language
from bot.dialogue.nlu.mentions import mentions

Array = Any
_BATCH = 256


class Words(Protocol):
    """What the words say without their scene."""

    def classified(self, texts: Sequence[str], languages: Sequence[Language]) -> tuple[Array, Array]:
        """Probabilities of intents, and places in the meaning space; one row a text."""
        ...

    def _caught(self, text: str, language: Language) -> list[Alarm]: ...


@dataclass(frozen=True)
class Noticed:
    """What is read of a message without any model but the figures'."""

    figures: Figures
    cues: frozenset[str]
    alarms: tuple[Alarm, ...]
    option: int | None

    def row(self, text: str) -> Array:
        return acts_head.signs(text, self.figures, self.cues, self.alarms, self.option)


def e5_rows(e5: Encoder | None, texts: Sequence[str]) -> Array:
    """No columns where the encoder is missing."""
    if e5 is None:
        return np.zeros((len(texts), 0), dtype=np.float32)
    return e5.all_vectors([text.lower() for text in texts])


def option_in(text: str) -> int | None:
    return next((one["value"] for one in mentions(text) if one["entity"] == "option"), None)


def proofs_in(text: str, scene: Scene) -> Identify:
    """Who they say they are, looked for only when that was asked: every date could be one of birth."""
    if scene.asked != "identity":
        return Identify()
    named = {one["entity"]: one["value"] for one in mentions(text)}
    born = grammar.dates_of_birth(text, scene.now)
    postcode = grammar.postcode(text)
    return Identify(
        date_of_birth=born[0] if born else None,
        other_date_of_birth=born[1] if len(born) > 1 else None,
        postcode=postcode,
        reference=named.get("reference") or _digits_only(text, bool(born), postcode),
        last4=named.get("last4"),
        name=named.get("name"),
    )


def _digits_only(text: str, is_birthday: bool, postcode: str | None) -> str | None:
    """A reference without its letters: six digits or more that are nothing else."""
    runs = ["".join(c for c in word if c.isdigit()) for word in text.split() if any(c.isdigit() for c in word)]
    found = [run for run in runs if 6 <= len(run) <= 12 and run != postcode]
    return found[0] if found and not is_birthday else None


def reading(text: str, now: datetime, language: str, currency: str) -> grammar.Reading:
    return grammar.read(text, now=now, language=language, currency=currency)


def cues_in(cues: Cues, text: str) -> frozenset[str]:
    """Those that the message says from end to end, and whether a word of it takes a yes back."""
    held = {"no longer plain"} if cues.holds("no longer plain", text) else set()
    return frozenset(cues.said(text) - {"no longer plain"} | held)
