"""A turn asks the database little, and no more as the conversation grows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.dialogue import acting
from tests.dialogue.statements import TEN, Typical, of_each_turn

Begin = Callable[..., acting.Talk]


@pytest.fixture
def sent(begin: Begin) -> dict[str, list[str]]:
    return {turn.name: statements for turn, statements in of_each_turn(begin())}


def test_ten_typical_turns_stay_within_their_statements(sent: dict[str, list[str]]) -> None:
    above = {turn.name: (len(sent[turn.name]), turn.most) for turn in TEN if len(sent[turn.name]) > turn.most}
    assert not above, f"(sent, most): {above}"


def test_the_bounds_are_no_wider_than_two_statements(sent: dict[str, list[str]]) -> None:
    """A bound with room in it would let the next query in unseen."""
    wide = {turn.name: (len(sent[turn.name]), turn.most) for turn in TEN if turn.most - len(sent[turn.name]) > 2}
    assert not wide, f"(sent, most): {wide}"


def test_the_fortieth_turn_asks_no_more_than_the_fourth(begin: Begin) -> None:
    talk, asks = begin(known=True), Typical("", "what do i owe", ("ask_balance",), 0)
    counts = [len(next(of_each_turn(talk, (asks,)))[1]) for _ in range(40)]
    assert max(counts[20:]) <= max(counts[3:10])
