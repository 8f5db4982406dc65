"""A small network with one hidden layer, in numpy: what it computes, and how it learns.

It shares certainty out among its answers: the acts of a message, or what a figure is about.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = Any
_BATCH = 512
_DECAY = (0.9, 0.999)
_TINY = 1e-8


@dataclass(frozen=True)
class Lessons:
    """One row a message: what is known of it, the share of each answer (together 1), and how much the row counts."""

    known: Array
    right: Array
    counts: Array


@dataclass(frozen=True)
class Practice:
    """How it learns. `forget` are the shares of what is known and of the hidden layer that a step leaves out."""

    hidden: int = 512
    rounds: int = 24
    rate: float = 1.5e-3
    shrink: float = 1e-4
    forget: tuple[float, float] = (0.2, 0.5)
    seed: int = 20


@dataclass(frozen=True)
class Network:
    """`weights` are float32: into the hidden layer, its shift, out of it, its shift."""

    weights: tuple[Array, ...]

    def scores(self, known: Array) -> Array:
        inner, shift, outer, last = self.weights
        return np.maximum(known @ inner + shift, 0) @ outer + last


def one_of(scores: Array) -> Array:
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)


def learnt(lessons: Lessons, how: Practice) -> Network:
    """By Adam (Kingma and Ba 2015) with a rate that falls to nothing; equal lessons give equal networks."""
    chance = np.random.default_rng(how.seed)
    weights = _beginning(lessons, how.hidden, chance)
    moments = [(np.zeros_like(one), np.zeros_like(one)) for one in weights]
    steps = how.rounds * -(-len(lessons.known) // _BATCH)
    for step, rows in enumerate(_batches(len(lessons.known), how.rounds, chance), 1):
        slopes = _slopes(weights, lessons, rows, how, chance)
        rate = how.rate * (1 - (step - 1) / steps)
        for weight, slope, (mean, spread) in zip(weights, slopes, moments):
            mean += (1 - _DECAY[0]) * (slope - mean)
            spread += (1 - _DECAY[1]) * (slope * slope - spread)
            size = np.sqrt(spread / (1 - _DECAY[1] ** step)) + _TINY
            weight -= rate * (mean / (1 - _DECAY[0] ** step) / size + how.shrink * weight)
    return Network(tuple(weights))


def _beginning(lessons: Lessons, hidden: int, chance: Any) -> list[Array]:
    width, answers = lessons.known.shape[1], lessons.right.shape[1]
    inner = chance.normal(0, (2 / width) ** 0.5, (width, hidden)).astype(np.float32)
    outer = chance.normal(0, (1 / hidden) ** 0.5, (hidden, answers)).astype(np.float32)
    return [inner, np.zeros(hidden, np.float32), outer, np.zeros(answers, np.float32)]


def _batches(rows: int, rounds: int, chance: Any) -> Iterator[Array]:
    for _ in range(rounds):
        order = chance.permutation(rows)
        yield from (order[start : start + _BATCH] for start in range(0, rows, _BATCH))


def _slopes(weights: list[Array], lessons: Lessons, rows: Array, how: Practice, chance: Any) -> list[Array]:
    inner, shift, outer, last = weights
    known = _forgetting(lessons.known[rows], how.forget[0], chance)
    hidden = _forgetting(np.maximum(known @ inner + shift, 0), how.forget[1], chance)
    scores = hidden @ outer + last
    wrong = one_of(scores) - lessons.right[rows]
    wrong *= lessons.counts[rows, None] / np.float32(len(rows))
    back = (wrong @ outer.T) * (hidden > 0)
    return [known.T @ back, back.sum(axis=0), hidden.T @ wrong, wrong.sum(axis=0)]


def _forgetting(values: Array, share: float, chance: Any) -> Array:
    kept = chance.random(values.shape, dtype=np.float32) >= share
    return values * kept / np.float32(1 - share)
