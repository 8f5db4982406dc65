"""How far each role may go by itself. What is beyond it, somebody with more authority is asked for."""

from __future__ import annotations

from bot.core import Money

WAIVE_MOST_MINOR: dict[str, int | None] = {"agent": 5_000, "supervisor": 25_000, "manager": None}
"""Of one charge, in minor units of its currency; None: all of it. Our own limit, no law's. Since 2026-11-29."""


def may_waive(role: str, amount: Money) -> bool:
    most = WAIVE_MOST_MINOR.get(role, 0)
    return most is None or amount.minor <= most
