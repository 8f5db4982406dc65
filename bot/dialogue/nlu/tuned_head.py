"""The head that the tuned encoder learned with: what a message does in its scene, by the encoder's own reading alone.

It hears the mean of a message, and what each act found in its pieces, which the encoder's graph works out. It was
learned by hand together with the encoder (`scripts/tune_encoder.py`) and stays as it is; the acts head, which every
training learns anew, hears more besides. Each errs elsewhere: both together are nearer to what comes true than each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from bot.dialogue.nlu.e5_weights import TUNED

Array = Any
_EPSILON = 1e-5
SHARE = 0.4
"""How much this head counts beside the one that every training learns."""


@dataclass(frozen=True)
class TunedHead:
    """`labels` are its answers; `weights` by the names that the script gives them."""

    labels: tuple[str, ...]
    weights: Mapping[str, Array]

    def beside(self, labels: Sequence[str], own: Array, vectors: Array, scene: Array) -> Array:
        """`own` (messages x labels) with SHARE of it from here; what this head does not know stays as it is."""
        places = [self._places[label] for label in labels if label in self._places]
        known = [at for at, label in enumerate(labels) if label in self._places]
        joined = own.copy()
        joined[:, known] = (1 - SHARE) * own[:, known] + SHARE * self._likely(vectors, scene)[:, places]
        return joined

    def _likely(self, rows: Array, scene: Array) -> Array:
        w, width = self.weights, len(self.weights["even.weight"])
        vectors, found = rows[:, :width], rows[:, width:]
        even = vectors - vectors.mean(axis=1, keepdims=True)
        even = even / np.sqrt(even.var(axis=1, keepdims=True) + _EPSILON) * w["even.weight"] + w["even.bias"]
        under = self._through("under", scene)
        crossed = self._through("crossed", np.tanh(self._through("said", even)) * under)
        scores = self._through("words", even) + self._through("where", scene) + crossed + found
        return 1 / (1 + np.exp(-scores))

    def _through(self, name: str, rows: Array) -> Array:
        return rows @ self.weights[name + ".weight"].T + self.weights[name + ".bias"]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {label: at for at, label in enumerate(self.labels)}


@lru_cache(maxsize=1)
def load(path: Path = TUNED) -> TunedHead:
    told = np.load(path)
    weights = {name[5:]: told[name].astype(np.float32) for name in told.files if name.startswith("head.")}
    return TunedHead(tuple(str(one) for one in told["labels"]), weights)
