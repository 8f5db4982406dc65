"""One understanding trained on all our messages, and a small one without the encoder, each once a session."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialogue.nlu import Example, Understanding, UnderstandingSettings, read

HERE = Path(__file__).parent
DATA = HERE.parent.parent / "data"
PHRASES = str(DATA / "phrases" / "safety.yml")


@pytest.fixture(scope="session")
def examples() -> list[Example]:
    return read(DATA / "nlu")


@pytest.fixture(scope="session")
def heldout() -> list[Example]:
    return read(HERE / "heldout")


@pytest.fixture(scope="session")
def understanding(examples: list[Example], tmp_path_factory: pytest.TempPathFactory) -> Understanding:
    """As `parley train` makes it; half a minute."""
    folder = tmp_path_factory.mktemp("understanding")
    return Understanding.train(examples, folder, UnderstandingSettings(phrases=PHRASES))


@pytest.fixture(scope="session")
def few(examples: list[Example]) -> list[Example]:
    """A few intents, enough to learn from in a second."""
    wanted = {"propose_terms", "ask_balance", "greet", "hardship", "opt_out", "out_of_scope", "affirm"}
    return [example for example in examples if example.intent in wanted]
