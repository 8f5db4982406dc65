"""Rasa's events and their checkpoints, in our database: 64-bit numbers, found by conversation and number."""

from __future__ import annotations

import sqlalchemy as sa

from bot.core import metadata

_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

tracker_events = sa.Table(
    "tracker_events",
    metadata,
    sa.Column("number", _Number, primary_key=True),
    sa.Column("conversation_id", sa.String(80), nullable=False),
    sa.Column("type", sa.String(60), nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Index("ix_tracker_events_conversation", "conversation_id", "number"),
)
tracker_checkpoints = sa.Table(
    "tracker_checkpoints",
    metadata,
    sa.Column("conversation_id", sa.String(80), primary_key=True),
    sa.Column("event_number", sa.BigInteger, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
)
