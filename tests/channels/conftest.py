from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.channels.living import Parley, parley
from tests.dialogue import acting


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return acting.template(tmp_path_factory.mktemp("demo") / "demo.db")


@pytest.fixture
def live(filled: Path, tmp_path: Path) -> Iterator[Parley]:
    with parley(filled, tmp_path) as running:
        yield running
