"""What the messages near in meaning say: kernel ridge regression, every training message a neighbour with a vote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.dialogue.nlu.graph import FLOAT, NO_OVERFLOW, Graph, opened

Array = Any

# Last layer, third layer, the words themselves; found by cross-validation on the training messages.
_DEPTH_WEIGHTS = (0.4, 0.4, 0.2)
_SHARPNESS = 2.0


@dataclass(frozen=True)
class MeaningSpace:
    """Puts the encoder's depths, centred and each of length 1, into fewer dimensions; the results have length 1."""

    centre: Array
    basis: Array

    @classmethod
    def learn(cls, vectors: Array, dimensions: int) -> MeaningSpace:
        """The directions in which the training messages differ most, turned so that all are of a size.

        One step of eight bits for all of them rounds half as much then; nearness does not mind.
        """
        centre = vectors.mean(axis=0)
        spread = _depths(vectors - centre)
        _, directions = np.linalg.eigh(spread.T @ spread)
        turn, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(dimensions, dimensions)))
        return cls(centre, directions[:, ::-1][:, :dimensions] @ turn.astype(np.float32))

    def places(self, vectors: Array) -> Array:
        placed = _depths(vectors - self.centre) @ self.basis
        return placed / np.maximum(np.linalg.norm(placed, axis=1, keepdims=True), 1e-9)


def _depths(centred: Array) -> Array:
    blocks = np.split(centred, len(_DEPTH_WEIGHTS), axis=1)
    scaled = [
        block / np.maximum(np.linalg.norm(block, axis=1, keepdims=True), 1e-9) * weight**0.5
        for block, weight in zip(blocks, _DEPTH_WEIGHTS)
    ]
    return np.concatenate(scaled, axis=1).astype(np.float32)


def nearness(cosines: Array) -> Array:
    """1 for the same place, falling off as a Gaussian of the distance. Takes the place of `cosines`."""
    cosines -= 1
    cosines *= _SHARPNESS
    return np.exp(cosines, out=cosines)


class MeaningHead:
    """`graph` leads from the places of messages to what their neighbours say for every intent."""

    def __init__(self, space: MeaningSpace, graph: bytes) -> None:
        self.space = space
        self.graph = graph
        self._session = opened(graph)

    @classmethod
    def of(cls, space: MeaningSpace, places: Array, votes: Array) -> MeaningHead:
        """`places` and `votes` of the training messages, a row each. A message reads all places: in eight bits soon."""
        graph = Graph()
        cosines = graph.product("places", "examples", places.T, NO_OVERFLOW)
        one, sharpness = (np.float32(number) for number in (1, _SHARPNESS))
        away = graph.node("Sub", cosines, graph.constant("one", one))
        near = graph.node("Exp", graph.node("Mul", away, graph.constant("sharpness", sharpness)))
        scores = graph.node("MatMul", near, graph.constant("votes", votes))
        inputs = {"places": (FLOAT, ["messages", places.shape[1]])}
        return cls(space, graph.written(inputs, (scores, ["messages", votes.shape[1]])))

    def scores(self, vectors: Array) -> Array:
        """One row a message."""
        return self._session.run(None, {"places": self.space.places(vectors)})[0]
