"""An app on a database, a visitor, and a real server on a free port for what streams."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.testclient import TestClient

import bot.web
from bot.core import Settings
from tests.web.world import Server, serving, settings_for


@pytest.fixture
def settings() -> Settings:
    return settings_for()


@pytest.fixture
def app(settings: Settings, engine: Engine) -> Starlette:
    return bot.web.create_app(settings, engine)


@pytest.fixture
def client(app: Starlette) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50000)) as opened:
        yield opened


@pytest.fixture
def server(engine: Engine) -> Iterator[Server]:
    """The real thing, by HTTP."""
    yield from serving(engine)
