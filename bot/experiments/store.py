"""Experiments, what happened to them, who is in them, and what was read of them. Nothing but a day's reading is overwritten."""

from __future__ import annotations

import sqlalchemy as sa

from bot.core import UtcDateTime, metadata

_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

experiments = sa.Table(
    "experiments",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("champion_id", sa.String(40), nullable=False),
    sa.Column("champion_hash", sa.String(64), nullable=False),
    sa.Column("challenger_id", sa.String(40), nullable=False),
    sa.Column("challenger_hash", sa.String(64), nullable=False),
    sa.Column("salt", sa.String(40), nullable=False),
    sa.Column("design", sa.Text, nullable=False),  # JSON of model.Design
    sa.Column("tuned", sa.Float, nullable=False),
    sa.Column("told", sa.Text, nullable=False),  # how long it would take, as it was said before the start
    sa.Column("author", sa.String(80), nullable=False),
    sa.Column("proposed_at", UtcDateTime, nullable=False),
)
events = sa.Table(
    "experiment_events",
    metadata,
    sa.Column("number", _Number, primary_key=True),
    sa.Column("experiment_id", sa.String(40), sa.ForeignKey("experiments.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(20), nullable=False),  # proposed, withdrawn, rejected, started, stopped
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Index("ix_experiment_events_kind", "kind", "experiment_id"),
)
assignments = sa.Table(
    "experiment_assignments",
    metadata,
    sa.Column("experiment_id", sa.String(40), sa.ForeignKey("experiments.id"), primary_key=True),
    sa.Column("party_id", sa.String(40), primary_key=True),
    sa.Column("arm", sa.String(10), nullable=False),
    sa.Column("share_pct", sa.Integer, nullable=False),  # of the challenger, when they were exposed
    sa.Column("at", UtcDateTime, nullable=False),
)
"""Written once, when somebody is first exposed."""
readings = sa.Table(
    "experiment_readings",
    metadata,
    sa.Column("experiment_id", sa.String(40), sa.ForeignKey("experiments.id"), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("content", sa.Text, nullable=False),  # JSON of reading.Reading
)
