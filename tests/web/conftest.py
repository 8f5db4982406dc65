"""An app on a database, a visitor, and a real server on a free port for what streams."""

from __future__ import annotations

import logging
from collections.abc import Iterator, MutableMapping
from datetime import timedelta
from typing import Any

import pytest
import structlog
from argon2 import PasswordHasher
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.testclient import TestClient

import bot.web
from bot import accounts, contact, core, demo, handoff
from bot.core import Settings
from bot.web import staff
from tests.web.desk_kit import at_desk, case, maria_is_here, post, staffed
from tests.web.world import Server, serving, settings_for


@pytest.fixture
def settings() -> Settings:
    return settings_for()


@pytest.fixture
def desk_staff(engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """People who work at the desk. Their passwords are hashed cheaply."""
    monkeypatch.setattr(staff, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    staffed(engine, settings)


@pytest.fixture
def app(settings: Settings, engine: Engine) -> Starlette:
    return bot.web.create_app(settings, engine)


@pytest.fixture
def client(app: Starlette) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50000)) as opened:
        yield opened


@pytest.fixture
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    """What is logged from info on, also in a process where other tests keep the log quiet."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    with structlog.testing.capture_logs() as lines:
        yield lines
    structlog.configure(**before)


@pytest.fixture
def server(engine: Engine) -> Iterator[Server]:
    """The real thing, by HTTP."""
    yield from serving(engine)


@pytest.fixture
def sam(app: Starlette) -> TestClient:
    return at_desk(app, "sam")


@pytest.fixture
def debt(engine: Engine, settings: Settings) -> accounts.Debt:
    with core.transaction(engine) as session:
        maria = maria_is_here(session, settings)
        [debt] = accounts.known_debts_of(session, maria)
        return debt


@pytest.fixture
def talk(engine: Engine, settings: Settings, debt: accounts.Debt, sam: TestClient) -> str:
    """Hers, taken by Sam; she has proved who she is."""
    now = settings.clock.now()
    made = case(engine, settings, handoff.Reason.NO_ROOM, "i can do 10 a month", demo.MARIA.phone)
    with core.transaction(engine) as session:
        contact.mark_verified(session, made, debt.party_id, now + timedelta(minutes=30), now)
    post(sam, made, "take")
    return made
