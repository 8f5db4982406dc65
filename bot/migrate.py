"""Brings a database to the newest version of its tables, by Alembic, in one transaction."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Engine

from bot.core import reading, transaction

MIGRATIONS = Path(__file__).parents[1] / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def upgrade(database: Engine) -> None:
    """Doing it twice changes nothing; two processes at once wait for each other."""
    with transaction(database) as session:
        if session.dialect.name == "postgresql":
            session.exec_driver_sql("SELECT pg_advisory_xact_lock(7002)")
        config = _config()
        config.attributes["connection"] = session
        command.upgrade(config, "head")


def is_current(database: Engine) -> bool:
    with reading(database) as session:
        at = MigrationContext.configure(session).get_current_revision()
    return at == ScriptDirectory.from_config(_config()).get_current_head()
