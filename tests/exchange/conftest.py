from __future__ import annotations

from datetime import datetime

import pytest

from bot.core import Settings


@pytest.fixture
def settings(now: datetime) -> Settings:
    return Settings.load({"PARLEY_CLOCK": now.isoformat()})
