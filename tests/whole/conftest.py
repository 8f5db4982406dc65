from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.whole.running import Parley, parley


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parley]:
    """One Parley for all black-box tests; each uses a phone of its own."""
    with parley(tmp_path_factory.mktemp("parley")) as started:
        yield started
