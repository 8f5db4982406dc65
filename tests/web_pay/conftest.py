"""A site on each database, with Maria behind it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from tests.web_pay.pay_site import Site
from tests.web_pay.pay_site import site as make_site


@pytest.fixture
def site(engine: Engine, tmp_path: Path) -> Iterator[Site]:
    with make_site(engine, tmp_path) as made:
        yield made
