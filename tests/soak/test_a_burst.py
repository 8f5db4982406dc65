"""Five hundred messages of two hundred people in five seconds on SQLite: nobody waits at the door, and answers leave."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak.bursting import burst

STORED_WITHIN, LEAVES_WITHIN = 1.0, 2.0
"""Seconds, of 99 in 100 webhooks and of every first reply, on a machine that does nothing else."""


@pytest.mark.soak
def test_webhooks_are_taken_at_once_and_first_replies_leave_soon(tmp_path: Path) -> None:
    came = burst(tmp_path, messages=500, people=200, seconds=5.0, longest=300.0)
    print(f"\nsqlite, 500 messages of 200 people in 5 s: {came}")
    assert came.unanswered == 0
    assert came.rings.stored_within <= STORED_WITHIN, came
    assert max(came.first_replies) <= LEAVES_WITHIN, came


@pytest.mark.xdist_group("whole")
def test_in_short_everybody_is_answered(tmp_path: Path) -> None:
    came = burst(tmp_path, messages=30, people=15, seconds=1.0, longest=90.0)
    assert (came.unanswered, len(came.first_replies)) == (0, 15), came
