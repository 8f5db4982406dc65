"""One bot of two stands still in the middle of its turn: the others are served all the same.

PostgreSQL frees what the frozen one held, and until then it is in the way of its own conversation only. SQLite has one
write lock: whoever waits for it ends a process that stands still with it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import HAS_POSTGRES
from tests.soak.freezing import freeze_one
from tests.soak.plant import plant
from tests.soak.ringing import PROMISED

FREED_WITHIN = 15.0
"""Seconds after which nothing that a frozen process held is in anybody's way."""
needs_postgres = pytest.mark.skipif(not HAS_POSTGRES, reason="PostgreSQL is not reachable")


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=needs_postgres)])
def test_for_a_minute_it_stops_nobody(tmp_path: Path, kind: str) -> None:
    _one_frozen(tmp_path, kind, 60)


@pytest.mark.xdist_group("whole")
@needs_postgres
def test_in_short_it_stops_nobody(tmp_path: Path) -> None:
    _one_frozen(tmp_path, "postgresql", 6)


def _one_frozen(folder: Path, kind: str, seconds: float) -> None:
    with plant(folder, kind) as box:
        frozen = freeze_one(box, seconds)
        counted = box.count()
    print(f"\n{kind}, one bot of two frozen for {seconds:.0f} s: {frozen}; {counted}")
    assert frozen.was_in_turn
    assert (counted.lost, counted.doubled) == (0, 0), counted
    assert frozen.rings.answered_within <= PROMISED, frozen
    assert frozen.rings.share_in_time >= 0.99, frozen
    longest = FREED_WITHIN * max(1.0, counted.load)  # where others are at work, the bot that is left has less of the machine
    assert frozen.others <= longest and frozen.its_own <= longest, frozen
