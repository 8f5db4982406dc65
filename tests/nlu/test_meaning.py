"""What messages mean: in eight bits it is nearly what it is in full, and a message is read as if it had no pieces."""

from __future__ import annotations

from typing import Any

import numpy as np

from bot.dialogue.nlu import Understanding
from bot.dialogue.nlu.meaning import MeaningHead, MeaningSpace, nearness

WHOLE, PIECES = "i lost my job but can do 20 a week", ["i lost my job", "can do 20 a week"]


def alike(one: Any, other: Any) -> Any:
    return (one * other).sum(axis=1) / np.linalg.norm(one, axis=1) / np.linalg.norm(other, axis=1)


def test_eight_bits_say_nearly_what_the_neighbours_say() -> None:
    chance = np.random.default_rng(3)
    vectors = chance.normal(size=(200, 1152)).astype(np.float32)
    votes = chance.normal(size=(200, 5)).astype(np.float32)
    space = MeaningSpace.learn(vectors, 64)
    places = space.places(vectors)
    exact = nearness(places[:9] @ places.T) @ votes
    assert np.abs(MeaningHead.of(space, places, votes).scores(vectors[:9]) - exact).max() < 0.05


def test_a_message_is_read_as_if_it_had_no_pieces(understanding: Understanding) -> None:
    assert understanding.encoder is not None
    alone, together = (understanding.encoder.vectors([WHOLE, *pieces])[0] for pieces in ([], PIECES))
    assert (alone == together).all()


def test_no_piece_looks_at_another(understanding: Understanding) -> None:
    assert understanding.encoder is not None
    together = understanding.encoder.vectors([WHOLE, *PIECES])[1:]
    alone = np.concatenate([understanding.encoder.vectors([piece]) for piece in PIECES])
    assert alike(alone, together).min() > 0.97
    assert alike(alone, together[::-1]).max() < 0.9
