"""One understanding trained on all our messages, and a small one without the encoder, each once a session."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import model_file
from bot.dialogue import parsing
from bot.dialogue.nlu import Example, Understanding, read

HERE = Path(__file__).parent
DATA = HERE.parent.parent / "data"


@pytest.fixture(scope="session")
def examples() -> list[Example]:
    return read(DATA / "nlu")


@pytest.fixture(scope="session")
def heldout() -> list[Example]:
    return read(HERE / "heldout")


@pytest.fixture(scope="session")
def understanding(tmp_path_factory: pytest.TempPathFactory) -> Understanding:
    """As `parley train` makes it, when it is not trained yet."""
    return parsing.unpacked(model_file.train(), tmp_path_factory.mktemp("understanding"))


@pytest.fixture(scope="session")
def few(examples: list[Example]) -> list[Example]:
    """A few intents, enough to learn from in a second."""
    wanted = {"propose_terms", "ask_balance", "greet", "hardship", "opt_out", "out_of_scope", "affirm"}
    return [example for example in examples if example.intent in wanted]
