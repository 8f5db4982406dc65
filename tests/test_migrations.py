"""The migrations make exactly the tables that the rooms describe, guards included."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import Engine

from bot import core, migrate, tables
from tests.conftest import HAS_POSTGRES, empty_postgres_schema


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """From an empty database, once for all tests of a kind: it takes the longest."""
    assert tables.ROOMS
    if request.param == "sqlite":
        empty = core.connect(f"sqlite:///{tmp_path_factory.mktemp('migrated')}/empty.db")
    elif not HAS_POSTGRES:
        pytest.skip("PostgreSQL is not reachable")
    else:
        empty = request.getfixturevalue("empty_postgres")
    migrate.upgrade(empty)
    return empty


empty_postgres = pytest.fixture(scope="module")(empty_postgres_schema)


def test_migrating_makes_what_the_rooms_describe(migrated: Engine) -> None:
    migrate.upgrade(migrated)  # twice changes nothing
    assert migrate.is_current(migrated)
    with core.reading(migrated) as session:
        assert compare_metadata(MigrationContext.configure(session), core.metadata) == []


def test_a_migrated_database_refuses_to_change_the_ledger(migrated: Engine) -> None:
    from datetime import datetime, timezone

    from bot import demo

    with core.transaction(migrated) as session:
        demo.load(session, datetime(2026, 11, 18, 15, tzinfo=timezone.utc), "s" * 40)
    for statement in ("UPDATE ledger_entries SET amount_minor = 1", "DELETE FROM ledger_entries"):
        with pytest.raises(sa.exc.DatabaseError), core.transaction(migrated) as session:
            session.exec_driver_sql(statement)
