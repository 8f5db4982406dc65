"""The migrations make exactly the tables that the rooms describe, guards included."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import Engine

from bot import core, migrate, tables
from tests.conftest import HAS_POSTGRES, empty_postgres_schema


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    assert tables.ROOMS
    if request.param == "sqlite":
        return core.connect(f"sqlite:///{tmp_path}/empty.db")
    if not HAS_POSTGRES:
        pytest.skip("PostgreSQL is not reachable")
    return request.getfixturevalue("empty_postgres")


empty_postgres = pytest.fixture(empty_postgres_schema)


def test_migrating_makes_what_the_rooms_describe(empty: Engine) -> None:
    migrate.upgrade(empty)
    migrate.upgrade(empty)  # twice changes nothing
    assert migrate.is_current(empty)
    with core.reading(empty) as session:
        assert compare_metadata(MigrationContext.configure(session), core.metadata) == []


def test_a_migrated_database_refuses_to_change_the_ledger(empty: Engine) -> None:
    from datetime import datetime, timezone

    from bot import demo

    migrate.upgrade(empty)
    with core.transaction(empty) as session:
        demo.load(session, datetime(2026, 11, 18, 15, tzinfo=timezone.utc), "s" * 40)
    for statement in ("UPDATE ledger_entries SET amount_minor = 1", "DELETE FROM ledger_entries"):
        with pytest.raises(sa.exc.DatabaseError), core.transaction(empty) as session:
            session.exec_driver_sql(statement)
