"""Conversations without Rasa, each on a copy of the demo."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.dialogue import acting

Begin = Callable[..., acting.Talk]


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return acting.template(tmp_path_factory.mktemp("demo") / "demo.db")


@pytest.fixture
def begin(filled: Path, tmp_path: Path) -> Iterator[Begin]:
    """Begins a conversation: `begin(ERIN, known=True)`."""
    with ExitStack() as stack:

        def new(person: acting.Person = acting.MARIA, channel: str = "sms", *, known: bool = False) -> acting.Talk:
            at = tmp_path / f"{person.phone}.{channel}.db"
            return stack.enter_context(acting.talk_on(filled, at, person, channel, known=known))

        yield new
