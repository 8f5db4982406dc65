"""One engine for all dialogues: loading it takes longer than a hundred turns."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import structlog

from bot import dialogue, model_file, tables
from tests.conversations import talking

if TYPE_CHECKING:  # it would load TensorFlow in every worker, for the name of a type
    from bot.dialogue.agent import Engine


@pytest.fixture(scope="session")
def engine() -> Engine:
    """Trained from what stands in the repository, when it is not trained yet."""
    assert tables.ROOMS
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))  # Rasa shows every step
    trained: Engine = dialogue.load_engine(str(model_file.train()), without_tensorflow=True)
    return trained


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return talking.template(tmp_path_factory.mktemp("demo") / "demo.db")
