"""One database, one transaction an edge. SQLite in WAL with synchronous=FULL, or PostgreSQL.

SQLite transactions are BEGIN IMMEDIATE: a turn that reads and then writes can never fail half way because
another process wrote in between; it waits at the start instead (`write_lock`).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from bot.core.patience import SERVING, Patience, postgres_arguments
from bot.core.write_lock import WriteLock

Session = Connection
metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """Aware datetimes in, aware UTC datetimes out, on both databases."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        assert value.tzinfo is not None, "a time without a zone reached the database"
        moment = value.astimezone(timezone.utc)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value.astimezone(timezone.utc)


def insert_once(session: Session, table: sa.Table, values: Mapping[str, object]) -> bool:
    """False when a unique key was there already, whoever put it there and however lately."""
    insert = (sqlite.insert if session.dialect.name == "sqlite" else postgresql.insert)(table)
    return bool(session.execute(insert.values(**values).on_conflict_do_nothing()).rowcount)


def upsert(session: Session, table: sa.Table, values: Mapping[str, object]) -> None:
    """Insert, or take the place of the row with the same primary key."""
    insert: Any = (sqlite.insert if session.dialect.name == "sqlite" else postgresql.insert)(table).values(**values)
    keys = [column.name for column in table.primary_key]
    changed = {name: insert.excluded[name] for name in values if name not in keys}
    session.execute(insert.on_conflict_do_update(index_elements=keys, set_=changed))


def lock(session: Session, kind: str, name: str = "") -> None:
    """Whoever locks the same waits until this transaction is over: "debt" and its id, say. SQLite has one writer."""
    if session.dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(kind), sa.func.hashtext(name))))


@contextmanager
def alone(engine: Engine, kind: str, name: str) -> Iterator[bool]:
    """Whether nobody else is at this: of all processes one is told so until its block is over, and nobody waits.

    It spares work that two would do; whoever writes claims what it writes all the same. A process that freezes loses
    it as it loses its rows. On SQLite, which has one writer, everybody is told so.
    """
    if engine.dialect.name != "postgresql":
        yield True
        return
    held = engine.connect()
    try:
        both = sa.func.hashtext(kind), sa.func.hashtext(name)
        yield bool(held.execute(sa.select(sa.func.pg_try_advisory_xact_lock(*both))).scalar_one())
    finally:
        with suppress(DBAPIError):  # it was lost: then it is nobody's any more
            held.close()


def new_id(prefix: str) -> str:
    """ "off_" and 120 random bits, safe in a URL."""
    return f"{prefix}_{secrets.token_hex(15)}"


def new_ids(prefix: str, count: int) -> list[str]:
    """Many at once, as hard to guess one by one. They begin alike, so that they lie side by side in an index: a part of a
    large file then writes a few pages of it and not nearly all.
    """
    alike = secrets.token_hex(3)
    return [f"{prefix}_{alike}{secrets.token_hex(12)}" for _ in range(count)]


def connect(url: str, patience: Patience = SERVING) -> Engine:
    """`sqlite:///path` or `postgresql://…`. Creates the folder of an SQLite file."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return sa.create_engine(
            parsed, future=True, pool_pre_ping=True, pool_size=5, max_overflow=5, pool_timeout=patience.pool,
            hide_parameters=True, connect_args=postgres_arguments(patience, parsed.query),
        )  # fmt: skip
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        parsed,
        future=True,
        poolclass=QueuePool,
        pool_timeout=patience.pool,
        hide_parameters=True,  # what a person typed must not reach a log by way of an error
        connect_args={"check_same_thread": False, "timeout": patience.lock},
    )
    sa.event.listen(engine, "connect", _on_sqlite_connect)
    sa.event.listen(engine, "begin", WriteLock(parsed.database, patience))
    return engine


def is_there(url: str) -> bool:
    """False for an SQLite file that does not exist: opening it would make one."""
    parsed = make_url(url)
    return parsed.get_backend_name() != "sqlite" or bool(parsed.database and Path(parsed.database).is_file())


def sibling(engine: Engine, patience: Patience) -> Engine:
    """Other connections to the same database."""
    return connect(engine.url.render_as_string(hide_password=False), patience)


_at_begin: list[Callable[[Session], None]] = []


def at_begin(do: Callable[[Session], None]) -> None:
    """Done at the beginning of every transaction and every snapshot: what the process must know of the database."""
    _at_begin.append(do)


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """One transaction: committed at the end, rolled back when anything is raised."""
    with engine.connect() as connection, connection.begin():
        for do in _at_begin:
            do(connection)
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A snapshot to read from. It takes no write lock, and writing in it is a mistake."""
    with engine.connect().execution_options(parley_reading=True) as connection, connection.begin():
        for do in _at_begin:
            do(connection)
        yield connection


def _on_sqlite_connect(raw: Any, _record: Any) -> None:
    raw.isolation_level = None  # we say BEGIN ourselves
    # 32 MB of pages: with SQLite's own 2 MB a file of 100,000 accounts waits for the disk more than half of its time
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-32000"):
        raw.execute(f"PRAGMA {pragma}")
    raw.execute("PRAGMA secure_delete=FAST")  # what was taken out of a row does not lie on in its page


def changes(session: Session) -> int:
    """A number that changes when another connection has committed; constant on PostgreSQL (poll there)."""
    if session.dialect.name != "sqlite":
        return 0
    return int(session.exec_driver_sql("PRAGMA data_version").scalar_one())
