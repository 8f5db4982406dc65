"""Maria's world, on both databases; and the provider behind it: in memory, the sandbox over HTTP, Stripe's test mode."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TypeVar

import pytest
from sqlalchemy.engine import Engine

from bot.core import Settings
from bot.sandbox import create_app
from tests.payments.at_stripe import TEST_MODE, once_for_all_databases, over_http, settings_of_test_mode
from tests.payments.pay_kit import PUBLIC, SECRET, World, make_world
from tests.sandbox.sandbox_kit import free_port, served
from tests.web_pay.pay_site import sandbox_config

AnyWorld = TypeVar("AnyWorld", bound=World)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    once_for_all_databases(config, items)


@pytest.fixture(scope="session")
def sandbox_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A sandbox of which nobody hears the webhooks: these tests ring themselves."""
    port, nobody = free_port(), free_port()
    settings = Settings.load({
        "PARLEY_PUBLIC_URL": f"http://127.0.0.1:{nobody}", "PARLEY_SANDBOX_URL": f"http://127.0.0.1:{port}",
        "PARLEY_SECRET_KEY": SECRET,
    })  # fmt: skip
    with served(create_app(sandbox_config(settings, tmp_path_factory.mktemp("stripe"))), port):
        yield settings


@pytest.fixture(params=["memory", pytest.param("sandbox", marks=pytest.mark.soak), TEST_MODE])
def provider(request: pytest.FixtureRequest) -> Callable[[AnyWorld], AnyWorld]:
    """Puts it behind a world."""

    def behind(world: AnyWorld) -> AnyWorld:
        if request.param == "sandbox":
            world.stripe = over_http(request.getfixturevalue("sandbox_settings"), lambda: world.now)
        elif request.param == "test mode":
            world.stripe = over_http(settings_of_test_mode(PARLEY_PUBLIC_URL=PUBLIC), lambda: world.now)
        return world

    return behind


@pytest.fixture
def world(engine: Engine, now: datetime, provider: Callable[[World], World]) -> World:
    return provider(make_world(engine, now))
