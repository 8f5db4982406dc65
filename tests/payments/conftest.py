"""Maria's world, on both databases."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.engine import Engine

from tests.payments.pay_kit import World, make_world


@pytest.fixture
def world(engine: Engine, now: datetime) -> World:
    return make_world(engine, now)
