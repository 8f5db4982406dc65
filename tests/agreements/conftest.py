"""Maria's world, on both databases."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.engine import Engine

from bot.negotiation import Agreement, Kind
from tests.agreements.kit import World, make_world


@pytest.fixture
def world(engine: Engine, now: datetime) -> World:
    return make_world(engine, now)


@pytest.fixture
def settlement(world: World) -> Agreement:
    """To be paid in parts."""
    return world.accept(world.option(Kind.SETTLEMENT_PARTS))
