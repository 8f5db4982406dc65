"""How long a connection waits, and how long others wait for it: no database wait is without an end.

A process that was frozen, or whose machine went away, holds rows: the server ends its transaction within `idle`
seconds of silence, or within some ten when the machine no longer answers, and its rows are free.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Patience:
    """Seconds. `lock` is the longest wait for what another holds, on SQLite for the write lock."""

    lock: float
    statement: float
    idle: float
    """Longest silence in an open transaction."""
    pool: float = 5.0
    """Longest wait for a free connection of our own."""
    urgent: bool = False
    """On SQLite: the others let it go first. For those who write little and seldom."""


SERVING = Patience(lock=5, statement=10, idle=10)
"""Bot, and the pages of the web."""
SENDING = Patience(lock=5, statement=10, idle=10, urgent=True)
"""Worker."""
DOORBELL = Patience(lock=1, statement=1.5, idle=3, pool=1, urgent=True)
"""Storing a webhook: whoever rings waits for two seconds."""
BY_HAND = Patience(lock=15, statement=600, idle=60)
"""Commands that somebody looks at: an import, a simulation."""

CONNECT_SECONDS = 5
_HOST_GONE = {"keepalives": 1, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}
"""Seconds and tries after which a host that no longer answers is given up; and `tcp_user_timeout`, milliseconds."""


def postgres_arguments(patience: Patience, query: Mapping[str, Any]) -> dict[str, Any]:
    """For psycopg2. What the address of the database says itself wins."""
    milliseconds = {
        "statement_timeout": patience.statement,
        "lock_timeout": patience.lock,
        "idle_in_transaction_session_timeout": patience.idle,
        "tcp_user_timeout": 10,
    }
    settings = [f"-c {name}={int(seconds * 1000)}" for name, seconds in milliseconds.items()]
    settings += [f"-c tcp_{name}={value}" for name, value in _HOST_GONE.items() if name != "keepalives"]
    told = query.get("options", "")
    settings += [told] if isinstance(told, str) else list(told)
    return {
        "connect_timeout": CONNECT_SECONDS,
        "tcp_user_timeout": 10_000,
        **_HOST_GONE,
        "options": " ".join(settings).strip(),
    }
