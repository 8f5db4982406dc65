"""Teaches the acts head: every message is heard as the assistant will hear it, and its scene laid beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.dialogue.meaning.scene import Scene
from bot.dialogue.nlu import acts_head, lessons
from bot.dialogue.nlu.acts_head import ActsHead
from bot.dialogue.nlu.examples import Example
from bot.dialogue.nlu.network import Lessons, Practice, learnt
from bot.dialogue.nlu.scenes import SceneExample

Array = Any


@dataclass(frozen=True)
class Messages:
    """Row i of everything is message i; those with scenes first, then the plain ones."""

    e5: Array
    minilm: Array
    alone: Array
    signed: Array

    def rows(self, places: Sequence[int], scenes: Sequence[Scene]) -> Array:
        at = np.asarray(places, dtype=int)
        return acts_head.joined(
            self.e5[at], self.minilm[at], self.alone[at], self.signed[at], acts_head.scene_rows(scenes)
        )


def head(scenes: Sequence[SceneExample], plain: Sequence[Example], told: Messages, seed: int) -> ActsHead:
    labels = lessons.labels_of(scenes)
    drawn = lessons.drawn(plain, seed)
    right, counts = lessons.right_answers(labels, scenes, drawn)
    places = [*range(len(scenes)), *(len(scenes) + one.at for one in drawn)]
    known = told.rows(places, [*(one.scene for one in scenes), *(one.scene for one in drawn)])
    kept = counts > 0
    network = learnt(Lessons(known[kept], right[kept], counts[kept]), Practice(seed=seed))
    return ActsHead(labels, (network,))
