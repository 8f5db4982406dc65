"""A turn asks the database little, and no more as the conversation grows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot import core, experiments, negotiation
from tests.dialogue import acting
from tests.dialogue.statements import TEN, Typical, of_each_turn
from tests.experiments.kit import started

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


def test_an_experiment_costs_a_turn_one_statement_at_most(begin: Begin) -> None:
    """In a process that has seen the experiment before: what never changes is read once, as versions of the policy are."""
    talk = begin()
    running = started(talk.database, talk.clock.now())
    with core.reading(talk.database) as session:
        experiments.known(session, running.id)
        negotiation.live.content(session, running.challenger_id)
    found = {turn.name: (statements, turn.most) for turn, statements in of_each_turn(talk)}
    assert {name: len(sent) for name, (sent, most) in found.items() if len(sent) > most + 1} == {}
    assert any("experiment_assignments" in one for one in found["the choices"][0]), "the experiment was not there"
