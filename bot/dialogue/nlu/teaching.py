"""What messages with their scene teach an understanding that knows the words already: figures first, then acts."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timezone
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.dialogue import grammar
from bot.dialogue.meaning.scene import Scene
from bot.dialogue.nlu import acts_training, figures_training, lessons
from bot.dialogue.nlu.acts_head import Told
from bot.dialogue.nlu.encoder import Encoder
from bot.dialogue.nlu.examples import Example
from bot.dialogue.nlu.figures_head import Span, spans_of
from bot.dialogue.nlu.listening import Noticed, Read, reading, vectors_of
from bot.dialogue.nlu.saving import Parts
from bot.dialogue.nlu.scenes import SceneExample, sketched

if TYPE_CHECKING:
    from bot.dialogue.nlu.pipeline import Understanding

Array = Any
FIGURES = 6000
"""So many messages are read for their figures alone, by the multilingual encoder only: most of a training is reading."""
_SOME_DAY = datetime(2026, 11, 23, 10, tzinfo=timezone.utc)
"""When the examples were written, as far as anybody knows."""
_SOMEWHERE = sketched({}, "en")


def taught(
    known: Understanding, scenes: Sequence[SceneExample], plain: Sequence[Example], placed: Array | None, told: Array
) -> Parts:
    """`placed` and `told` are of the plain messages: their vectors, and their classes by a model that did not learn them."""
    seed = known.settings.seed
    chosen, some = set(acts_training.some_scenes(scenes, seed)), acts_training.some_plain(plain, seed)
    further = [at for at, one in enumerate(scenes) if one.figures and at not in chosen]
    read_at = sorted({*chosen, *random.Random(seed).sample(further, min(FIGURES, len(further)))})
    learned = [n for n, at in enumerate(read_at) if at in chosen]
    scenes = [scenes[at] for at in read_at]
    acted = [scenes[n] for n in learned]
    alone, vectors = known.classified([one.text for one in acted], [one.language for one in acted])
    taken = [plain[at] for at in some]
    everything: list[SceneExample | Example] = [*scenes, *taken]
    readings = [reading(one.text, _SOME_DAY, one.language, _where(one)) for one in everything]
    marked = [figures_training.marked(*one) for one in zip(scenes, readings)]
    read, around = _read(known.e5, [one.text for one in everything], readings, marked)
    known.parts = replace(known.parts, figures=figures_training.head(scenes, around, marked, seed))
    heard: list[tuple[SceneExample | Example, Read]]
    heard = [*zip(acted, (read[n] for n in learned)), *zip(taken, read[len(scenes) :])]
    material = Told(
        np.stack([one.vector for _, one in heard]),
        np.concatenate([vectors, np.zeros((len(taken), 0)) if placed is None else placed[some]]),
        np.concatenate([alone, told[some]]),
        np.stack([_noticed(known, *one).row(one[0].text) for one in heard]),
    )
    labels = lessons.labels_of(scenes)
    return replace(known.parts, acts=acts_training.head(labels, acted, taken, material, seed))


def _read(
    e5: Encoder | None, texts: Sequence[str], readings: Sequence[grammar.Reading], marked: Sequence[Sequence[Span]]
) -> tuple[list[Read], list[list[Array]]]:
    """What is heard of each message, and what stands around its marked figures: one reading of the encoder for both."""
    found = [[(one.start, one.end) for one in spans_of(reading)] for reading in readings]
    more = [[(one.start, one.end) for one in spans] for spans in marked]
    both = [[*spans, *beside] for spans, beside in zip_longest(found, more, fillvalue=())]
    vectors, around = vectors_of(e5, texts, both)
    read = [
        Read(vector, reading, list(here[: len(spans)]))
        for vector, reading, here, spans in zip(vectors, readings, around, found)
    ]
    return read, [here[len(spans) :] for here, spans in zip(around, found)]


def _noticed(known: Understanding, one: SceneExample | Example, heard: Read) -> Noticed:
    return known.noticed(one.text, _where(one), one.language, heard)


def _where(one: SceneExample | Example) -> Scene:
    return one.scene if isinstance(one, SceneExample) else _SOMEWHERE
