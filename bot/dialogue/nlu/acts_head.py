"""The head that hears acts: what the words say, with that question open and that offer on the table.

It sees the vectors of both encoders, what the classifier makes of the words alone, figures, cues, reviewed phrases, and
the scene; its hidden layer learns what they mean together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.dialogue.meaning.figures import ABOUT, Figures
from bot.dialogue.meaning.heard import Alarm
from bot.dialogue.meaning.scene import Scene
from bot.dialogue.nlu import scene_features
from bot.dialogue.nlu.intents import CRITICAL
from bot.dialogue.nlu.network import Network, one_of

Array = Any
CUES = (
    "yes", "no", "later", "no idea", "nothing more", "all of it", "it is me", "stop", "start", "help", "no longer plain",
)  # fmt: skip
_KINDS = ("amount", "date", "frequency", "percentage", "count", "duration")
_VAGUE = ("payday", "which_date", "amount", "frequency")
_LENGTHS = (2, 4, 8, 16, 30)
_MOST = 3
SIGNS: tuple[str, ...] = (
    *_KINDS,
    *(f"{kind} {about or 'plain'}" for kind in _KINDS for about in ABOUT),
    *(f"vague {question}" for question in _VAGUE),
    *(f"sums {number}" for number in range(_MOST + 1)),
    *(f"{number} words" for number in _LENGTHS),
    *(f"cue {name}" for name in CUES),
    *(f"phrase {intent}" for intent in sorted(CRITICAL)),
    *(f"perhaps {intent}" for intent in sorted(CRITICAL)),
    "question", "mostly figures", "option",
)  # fmt: skip
_PLACES = {name: place for place, name in enumerate(SIGNS)}


def signs(
    text: str, figures: Figures, cues: Collection[str], alarms: Iterable[Alarm], option: int | None = None
) -> Array:
    """What can be counted in a message: float32, one for each of SIGNS. `cues` may be held or said."""
    sums = sum(one.what.kind == "amount" for one in figures.offered)
    covered = sum(one.what.end - one.what.start for one in figures.offered)
    found = [one.what.kind for one in figures.offered]
    found += [f"{one.what.kind} {one.about or 'plain'}" for one in figures.all]
    found += [f"vague {one.question}" for one in figures.vague]
    found += [f"sums {min(sums, _MOST)}"]
    found += [f"{least} words" for least in _LENGTHS if len(text.split()) >= least]
    found += [f"cue {name}" for name in cues if name in CUES]
    found += [f"{'perhaps' if one.needs_check else 'phrase'} {one.intent}" for one in alarms]
    found += ["question"] * ("?" in text or "¿" in text) + ["mostly figures"] * (2 * covered > len(text))
    found += ["option"] * (option is not None)
    row = np.zeros(len(SIGNS), dtype=np.float32)
    row[[_PLACES[name] for name in found if name in _PLACES]] = 1
    return row


def joined(e5: Array, minilm: Array, alone: Array, signed: Array, scenes: Array) -> Array:
    """One row a message, all of a size; an encoder that is missing gives no columns."""
    halves = np.split(e5, e5.shape[1] // 384, axis=1) if e5.shape[1] else []
    return np.concatenate([*map(_even, halves), minilm * 8, alone, signed, scenes], axis=1).astype(np.float32)


def _even(vectors: Array) -> Array:
    centred = vectors - vectors.mean(axis=1, keepdims=True)
    return centred / np.maximum(centred.std(axis=1, keepdims=True), 1e-6) / 2


def scene_rows(scenes: Sequence[Scene]) -> Array:
    return np.stack([scene_features.features(scene) for scene in scenes])


@dataclass(frozen=True)
class ActsHead:
    """`networks` give their mean; `labels` are the columns."""

    labels: tuple[str, ...]
    networks: tuple[Network, ...]

    def likely(self, rows: Array) -> Array:
        """Shares of 1, one row a message: of two acts each has about a half."""
        return one_of(np.mean([network.scores(rows) for network in self.networks], axis=0))
