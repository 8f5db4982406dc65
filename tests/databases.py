"""Databases of tests are as real as any, but they cost less.

A statement is compiled once a process, as it is for whoever runs Parley: SQLAlchemy keeps what it has compiled with the
engine and by the dialect of the engine, and every test has an engine of its own. Those that are alike take the dialect
and the statements of the first. And a commit need not wait for the disk: no test of this process kills the machine.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.util import LRUCache

from bot import core

_MOST = 3000
_FIRST: dict[tuple[type[Dialect], object], tuple[Dialect, LRUCache]] = {}


def compile_once() -> None:
    """From now on, whoever makes the engine."""
    if not sa.event.contains(Engine, "engine_connect", _as_the_first):
        sa.event.listen(Engine, "engine_connect", _as_the_first)


def opened(path: Path) -> Engine:
    database = core.connect(f"sqlite:///{path}")
    sa.event.listen(database, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    return database


def _as_the_first(connection: Connection, _is_branch: bool) -> None:
    own = connection.engine.dialect
    kind = type(own), getattr(own, "isolation_level", None)
    dialect, statements = _FIRST.setdefault(kind, (own, LRUCache(_MOST)))
    connection.dialect = dialect
    connection.engine._compiled_cache = statements
