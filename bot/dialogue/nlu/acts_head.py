"""The head that hears acts: what the words say, with that question open and that offer on the table.

Linear in everything that is known of the words (the vectors of both encoders, what the classifier makes of them alone,
figures, cues, reviewed phrases, runs of letters and words), crossed with the scene: each thing that a scene may say adds
its own weights. It is learned as ridge regression with the product of the two as its kernel (`acts_training`).
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from scipy import sparse

from bot.dialogue.meaning.cues import words_of
from bot.dialogue.meaning.figures import ABOUT, Figures
from bot.dialogue.meaning.heard import Alarm
from bot.dialogue.meaning.scene import Scene
from bot.dialogue.nlu import scene_features, tuned_head
from bot.dialogue.nlu.intents import CRITICAL

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
BUCKETS = 4096
"""Runs of letters and words are counted in this many places, hashed."""
LETTERS, WORDS = (2, 4), (1, 3)
_WIDTH = 384
_SIDE = 0.3
_WEIGHTS = {"signs": 1.0, "scene": 0.5, "alone": 1.5}
_RUNS = 1.2
_KEPT = 64
ASKED, SCENE = 1.0, 2.0
"""How much the open question, and the whole scene, count beside the words; found on messages that did not train."""


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


@dataclass(frozen=True)
class Known:
    """What is known of messages, one row each: `dense` and `runs` of the words, `scenes` of where they were written."""

    dense: Array
    runs: Any
    scenes: Array


def known(centre: Array, weighed: Array, texts: Sequence[str], told: Told, scenes: Array) -> Known:
    """`centre` is the mean vector of the multilingual encoder, `weighed` how rare each run is."""
    halves = np.split(told.means - centre, 2, axis=1) if told.e5.shape[1] else []
    words = [*map(_unit, halves), _unit(told.minilm)] if told.minilm.shape[1] else [*map(_unit, halves)]
    total = len(words) + 2 * _RUNS or 1
    side = {"signs": told.signed, "scene": scenes, "alone": np.sqrt(np.maximum(told.alone, 0))}
    beside = [_unit(rows) * (_SIDE * _WEIGHTS[name]) ** 0.5 for name, rows in side.items()]
    dense = np.concatenate([*(one / total**0.5 for one in words), *beside], axis=1).astype(np.float32)
    return Known(dense, _runs(texts, weighed) * (_RUNS / total) ** 0.5, where(scenes))


@dataclass(frozen=True)
class Told:
    """Vectors of both encoders (no columns where one is missing), the classifier's probabilities, and the signs.

    Behind the means of the multilingual encoder stands what each act found in the pieces (`tuned_head`).
    """

    e5: Array
    minilm: Array
    alone: Array
    signed: Array

    @property
    def means(self) -> Array:
        return self.e5[:, : 2 * _WIDTH]


def where(scenes: Array) -> Array:
    """One column that is always 1, then the open question, then the whole scene."""
    asked = scenes[:, scene_features.ASKED] * ASKED
    return np.concatenate([np.ones((len(scenes), 1)), asked, _unit(scenes) * SCENE], axis=1).astype(np.float32)


def scene_rows(scenes: Sequence[Scene]) -> Array:
    return np.stack([scene_features.features(scene) for scene in scenes])


def rareness(texts: Sequence[str]) -> Array:
    """How rare each bucket of runs is, as in tf-idf."""
    counts = np.zeros(2 * BUCKETS)
    for text in texts:
        counts[list(_buckets(text))] += 1
    return (np.log((1 + len(texts)) / (1 + counts)) + 1).astype(np.float32)


def _runs(texts: Sequence[str], weighed: Array) -> Any:
    """Letters and words apart, each of length 1; as a sparse matrix."""
    counted = [_buckets(text) for text in texts]
    rows = np.repeat(np.arange(len(texts)), [len(one) for one in counted])
    columns = np.array([place for one in counted for place in one], dtype=np.int64)
    often = np.array([times for one in counted for times in one.values()], dtype=np.float32)
    values = (1 + np.log(often)) * weighed[columns]
    halves = 2 * rows + (columns >= BUCKETS)
    lengths = np.sqrt(np.bincount(halves, values**2, 2 * len(texts)))
    values = (values / lengths[halves]).astype(np.float32)
    return sparse.csr_matrix((values, (rows, columns)), shape=(len(texts), 2 * BUCKETS))


def _buckets(text: str) -> dict[int, int]:
    counted: dict[int, int] = {}
    words = words_of(text)
    runs = [(0, word[at : at + size]) for word in (f" {one} " for one in words) for size in range(LETTERS[0], LETTERS[1] + 1)
            for at in range(max(len(word) - size + 1, 1))]  # fmt: skip
    runs += [(BUCKETS, " ".join(words[at : at + size])) for size in range(WORDS[0], WORDS[1] + 1)
             for at in range(len(words) - size + 1)]  # fmt: skip
    for low, run in runs:
        place = low + zlib.crc32(run.encode()) % BUCKETS
        counted[place] = counted.get(place, 0) + 1
    return counted


def _unit(rows: Array) -> Array:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


class ActsHead:
    """`dense` and `runs` are weights by (what the scene says, what the words say, label), in 16 bits; the runs know of
    the scene only the open question. `labels` are the columns.
    """

    def __init__(self, labels: Sequence[str], centre: Array, weighed: Array, dense: Array, runs: Array) -> None:
        self.labels, self.centre, self.weighed = tuple(labels), centre, weighed
        self.dense, self.runs = dense, runs
        self._at = lru_cache(_KEPT)(self._weights)

    def likely(self, texts: Sequence[str], told: Told, scene: Scene) -> Array:
        """How much of each act is in each text: about 1 for what it does, about 0 for the rest."""
        row = scene_features.features(scene)
        heard = known(self.centre, self.weighed, texts, told, np.repeat(row[None], len(texts), axis=0))
        dense, runs = self._at(row.tobytes())
        own = np.clip(heard.dense @ dense + heard.runs @ runs, 0, 1)
        return tuned_head.load().beside(self.labels, own, told.e5, row[None]) if told.e5.shape[1] else own

    def _weights(self, scene: bytes) -> tuple[Array, Array]:
        """The weights under one scene: a talk comes back to few of them."""
        says = where(np.frombuffer(scene, dtype=np.float32)[None])[0]
        asked = np.flatnonzero(says[: len(self.runs)])
        dense = sum(says[at] * self.dense[at].astype(np.float32) for at in np.flatnonzero(says))
        return dense, sum(says[at] * self.runs[at].astype(np.float32) for at in asked)
