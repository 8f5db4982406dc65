"""Fixtures that every room's tests share: a database of each kind, and a moment."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import quote

import hypothesis
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot import core
from tests import browsing, databases, where
from tests.examples import NEW

# The suite tries the same examples for the same code, so that a red run is red again; `make soak` tries new ones.
hypothesis.settings.register_profile("parley", deadline=None, derandomize=not NEW)
hypothesis.settings.load_profile("parley")
databases.compile_once()
POSTGRES = os.environ.get("PARLEY_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test")


def _postgres_answers() -> bool:
    engine = sa.create_engine(POSTGRES, future=True, connect_args={"connect_timeout": 2})
    try:
        with engine.connect():
            return True
    except sa.exc.OperationalError:
        return False
    finally:
        engine.dispose()


HAS_POSTGRES = _postgres_answers()


def pytest_report_header() -> list[str]:
    reached = "reached, tests run on it too" if HAS_POSTGRES else "NOT reached, its tests are skipped"
    return [f"PostgreSQL: {reached}", f"runs: {where.SAYS}"]


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups afterwards
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left = where.left_to_soak(items)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in set(left)]
    if hasattr(config, "workerinput"):
        where.to_workers(items)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if not browsing.FIXTURES & set(getattr(item, "fixturenames", ())):
        browsing.closed()


def pytest_sessionfinish() -> None:
    browsing.closed()


def pytest_sessionstart(session: pytest.Session) -> None:
    if os.environ.get("CI") and not HAS_POSTGRES:
        pytest.exit("CI must reach PostgreSQL: its tests would have been skipped", returncode=1)


@pytest.fixture
def now() -> datetime:
    """A Wednesday morning in New York."""
    return datetime(2026, 11, 18, 15, 0, tzinfo=timezone.utc)


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with all tables, to be copied."""
    _import_all_tables()
    path = tmp_path_factory.mktemp("empty") / "parley.db"
    made = core.connect(f"sqlite:///{path}")
    core.metadata.create_all(made)
    made.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_of_this_worker() -> Iterator[Engine]:
    """A schema with all tables, which each test leaves empty."""
    for made in empty_postgres_schema():
        core.metadata.create_all(made)
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An empty database with all tables, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("db") / "parley.db"
        shutil.copy(request.getfixturevalue("empty_sqlite"), path)
        made = databases.opened(path)
        yield made
        made.dispose()
    elif not HAS_POSTGRES:
        pytest.skip("PostgreSQL is not reachable")
    else:
        schema: Engine = request.getfixturevalue("postgres_of_this_worker")
        made = core.sibling(schema, core.SERVING)
        yield made
        made.dispose()
        _empty(schema)


_EMPTY = """
DO $$
DECLARE one text;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR one IN SELECT quote_ident(relname) FROM pg_class
      WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0 LOOP
    EXECUTE 'DELETE FROM ' || one;
  END LOOP;
  FOR one IN SELECT quote_ident(sequencename) FROM pg_sequences
      WHERE schemaname = current_schema() AND last_value IS NOT NULL LOOP
    EXECUTE 'ALTER SEQUENCE ' || one || ' RESTART';
  END LOOP;
END $$
"""
_LEFT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE application_name = current_setting('application_name') AND pid <> pg_backend_pid()
"""


def _empty(schema: Engine) -> None:
    """Ends the connections that a test left open, in whatever process, and deletes what was written.

    Its own connection stays, for the server knows the tables by then. Where a test ended that one too, the pool sees it.
    """
    with schema.begin() as connection:
        connection.exec_driver_sql(_LEFT)
        connection.exec_driver_sql(_EMPTY)


def empty_postgres_schema() -> Iterator[Engine]:
    """A schema of its own on the test server, dropped afterwards.

    A commit does not wait for the disk: what a killed process of ours leaves behind is the same, and no test kills
    the server.
    """
    _import_all_tables()
    schema, quick = f"t{uuid.uuid4().hex[:12]}", "-csynchronous_commit=off"
    admin = sa.create_engine(POSTGRES, future=True, connect_args={"options": quick})
    with admin.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    options = quote(f"-csearch_path={schema} {quick}")
    made = core.connect(f"{POSTGRES}?options={options}&application_name={schema}")
    yield made
    made.dispose()
    with admin.begin() as connection:
        connection.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")
    admin.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[core.Session]:
    with core.transaction(engine) as opened:
        yield opened


def _import_all_tables() -> None:
    from bot.tables import ROOMS

    assert ROOMS
