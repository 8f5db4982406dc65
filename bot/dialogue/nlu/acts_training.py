"""Teaches the acts head: every message is heard as the assistant will hear it, and its scene laid beside it.

Ridge regression in its dual form: one equation a message, then the weights of every message are added up by what it
says and where it was written.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from bot.dialogue.nlu import acts_head, lessons, scene_features
from bot.dialogue.nlu.acts_head import ActsHead, Known, Told
from bot.dialogue.nlu.examples import Example
from bot.dialogue.nlu.scenes import SceneExample

Array = Any
RIDGE = 0.4
_FREQUENT, _AT_ONCE = 1024, 2000
PLAIN = 3000
"""So many of the messages without a scene are taken, each under one in which it means what it says."""
ALONE, SEVERAL = 70, 12_000
"""So many messages that do one thing are taken for each act, and so many that do several. The tuned encoder and its
head have learned from all of them; here the time grows with the third power of their number."""


def some_plain(plain: Sequence[Example], seed: int) -> list[int]:
    """Places of the messages without a scene that are taken."""
    return sorted(random.Random(seed).sample(range(len(plain)), min(PLAIN, len(plain))))


def some_scenes(scenes: Sequence[SceneExample], seed: int) -> list[int]:
    """Places of the messages with a scene that are taken: of those that do one thing some of each."""
    order = list(range(len(scenes)))
    random.Random(seed).shuffle(order)
    taken: Counter[str] = Counter()
    chosen = []
    for at in order:
        acts = scenes[at].acts or (lessons.NOTHING,)
        kind, most = (acts[0], ALONE) if len(acts) == 1 else ("several", SEVERAL)
        if taken[kind] < most:
            taken[kind] += 1
            chosen.append(at)
    return sorted(chosen)


def head(
    labels: tuple[str, ...], scenes: Sequence[SceneExample], plain: Sequence[Example], told: Told, seed: int
) -> ActsHead:
    """Row i of `told` is message i; those with scenes first, then the plain ones."""
    drawn = lessons.drawn(plain, seed)
    places = np.array([*range(len(scenes)), *(len(scenes) + one.at for one in drawn)])
    right, counts = lessons.right_answers(labels, scenes, drawn)
    kept = counts > 0
    rows = acts_head.scene_rows([*(one.scene for one in scenes), *(one.scene for one in drawn)])[kept]
    texts = [*(one.text for one in scenes), *(plain[one.at].text for one in drawn)]
    texts = [text for text, keep in zip(texts, kept) if keep]
    at = places[kept]
    here = Told(told.e5[at], told.minilm[at], told.alone[at], told.signed[at])
    centre, weighed = told.means.mean(axis=0), acts_head.rareness(texts)
    known = acts_head.known(centre, weighed, texts, here, rows)
    shares = (right[kept] > 0).astype(np.float32)
    return _added_up(labels, centre, weighed, known, _solved(known, shares, counts[kept]))


def _solved(known: Known, right: Array, counts: Array) -> Array:
    """How much each message speaks for each label. Of any two the nearness is worked out once, right of the diagonal."""
    nearness = _in_common(known.runs)
    asked, dense, scenes = _asked(known.scenes), known.dense, known.scenes
    for start in range(0, len(nearness), _AT_ONCE):  # whole, it would be three tables of gigabytes
        rows, others = slice(start, start + _AT_ONCE), slice(start, None)
        nearness[rows, others] *= asked[rows] @ asked[others].T
        nearness[rows, others] += (dense[rows] @ dense[others].T) * (scenes[rows] @ scenes[others].T)
    nearness[np.diag_indices_from(nearness)] += RIDGE / counts
    # Transposed it is in the order of Fortran, so LAPACK need not copy it; it reads what is then below the diagonal.
    factor = cho_factor(nearness.T, lower=True, overwrite_a=True, check_finite=False)
    return cho_solve(factor, right, check_finite=False).astype(np.float32)


def _in_common(runs: Any) -> Array:
    """The product of every two messages, whole only right of the diagonal. In the runs that many of them hold a sparse
    product would be a slow dense one.
    """
    order = np.argsort(-runs.getnnz(axis=0))
    frequent, rare = runs[:, order[:_FREQUENT]].toarray(), runs[:, order[_FREQUENT:]]
    product = frequent @ frequent.T
    for start in range(0, len(product), _AT_ONCE):
        product[start : start + _AT_ONCE, start:] += (rare[start : start + _AT_ONCE] @ rare[start:].T).toarray()
    return product


def _added_up(labels: tuple[str, ...], centre: Array, weighed: Array, known: Known, spoken: Array) -> ActsHead:
    dense = [_under(known.dense, known.scenes[:, at], spoken) for at in range(known.scenes.shape[1])]
    runs = [_under(known.runs, column, spoken) for column in _asked(known.scenes).T]
    return ActsHead(labels, centre.astype(np.float32), weighed, np.stack(dense).astype(np.float16),
                    np.stack(runs).astype(np.float16))  # fmt: skip


def _under(told: Any, says: Array, spoken: Array) -> Array:
    """Summed over the messages whose scene says so: the open question of one is not that of most."""
    rows = np.flatnonzero(says)
    return told[rows].T @ (spoken[rows] * says[rows, None])


def _asked(scenes: Array) -> Array:
    """The first columns: one that is always 1, and the open question."""
    return scenes[:, : 1 + len(scene_features.ASKED)]
