"""Alembic runs on the engine that `parley migrate` hands it."""

from alembic import context

from bot import core, tables

assert tables.ROOMS
connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=core.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
