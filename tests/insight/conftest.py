"""The month is lived and counted once; who wants to change it gets a copy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from tests import databases
from tests.insight.kit import Month, counted


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory, empty_sqlite: Path) -> Path:
    path = tmp_path_factory.mktemp("month") / "parley.db"
    shutil.copy(empty_sqlite, path)
    made = databases.opened(path)
    Month(made).lives()
    assert counted(made) == 32, "November 2 to December 3, each day once"
    made.dispose()
    return path


@pytest.fixture
def month(lived: Path, tmp_path: Path) -> Iterator[Engine]:
    shutil.copy(lived, tmp_path / "parley.db")
    made = databases.opened(tmp_path / "parley.db")
    yield made
    made.dispose()
