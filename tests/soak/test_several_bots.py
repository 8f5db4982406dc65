"""Bots do not stand in each other's way: nothing that all of them touch is ever waited for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import HAS_POSTGRES
from tests.soak.several import turns

MOST_WAITING = 0.01
"""Of the looks. Two bots that reach for one conversation at once are over it in milliseconds; a row that all share, as the
head of the audit log once was, is waited for in most looks."""


@pytest.mark.soak
@pytest.mark.skipif(not HAS_POSTGRES, reason="PostgreSQL is not reachable")
@pytest.mark.parametrize("bots", [1, 2, 3])
def test_they_wait_for_no_common_row(tmp_path: Path, bots: int) -> None:
    seen = turns(tmp_path, bots, people=60, each=4)
    print(f"\n{bots} bots: {seen}")
    assert seen.looks > 20 and seen.waiting <= MOST_WAITING * seen.looks, seen
