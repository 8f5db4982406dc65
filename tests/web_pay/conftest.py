"""A site on each database, with Maria behind it; Stripe is the sandbox, and with STRIPE_TEST_KEY its own test mode."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from tests.payments.at_stripe import TEST_MODE, once_for_all_databases
from tests.web_pay.pay_site import Site
from tests.web_pay.pay_site import site as make_site


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    once_for_all_databases(config, items)


@pytest.fixture(params=["sandbox", TEST_MODE])
def stripe_at(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def site(engine: Engine, tmp_path: Path, stripe_at: str) -> Iterator[Site]:
    with make_site(engine, tmp_path, stripe_at) as made:
        yield made
