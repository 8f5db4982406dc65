"""Tables of what comes from creditors and goes to them."""

from __future__ import annotations

import sqlalchemy as sa

from bot.core import UtcDateTime, metadata

_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
files = sa.Table(
    "account_files",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("client", sa.String(80), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),  # accounts, updates
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False, index=True),  # keyed: of the bytes that came
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("says", sa.JSON, nullable=False),  # what was recognised, in sentences
    sa.Column("names", sa.JSON, nullable=False),  # of the columns
    sa.Column("layout", sa.JSON, nullable=False),
    sa.Column("content", sa.LargeBinary),  # sealed; gone once it is taken or given up
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("done", sa.Integer, nullable=False),
    sa.Column("report", sa.JSON),
    sa.Column("problems", sa.LargeBinary),  # sealed
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("seen_at", UtcDateTime),  # when whoever works on it last said so
    sa.Column("ended_at", UtcDateTime),
    sa.Column("failed", sa.Text),
)
layouts = sa.Table(
    "account_layouts",
    metadata,
    sa.Column("client", sa.String(80), primary_key=True),
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("layout", sa.JSON, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)
"""How the last file of a creditor was read."""
products = sa.Table(
    "account_products",
    metadata,
    sa.Column("client", sa.String(80), primary_key=True),
    sa.Column("code", sa.String(80), primary_key=True),
    sa.Column("product", sa.String(40), nullable=False),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)
"""A creditor's own code in our words, or `reading.LEFT_OUT`."""
api_keys = sa.Table(
    "api_keys",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("client", sa.String(80), nullable=False),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False, unique=True),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
)
webhook_targets = sa.Table(
    "webhook_targets",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("client", sa.String(80), nullable=False),
    sa.Column("url", sa.String(300), nullable=False),
    sa.Column("secret", sa.LargeBinary, nullable=False),  # sealed
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
)
webhook_cursor = sa.Table(
    "webhook_cursor",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number", sa.BigInteger, nullable=False),
)
"""Up to which sealed fact creditors were told."""
webhook_outbox = sa.Table(
    "webhook_outbox",
    metadata,
    sa.Column("number", _Number, primary_key=True),
    sa.Column("target_id", sa.String(40), sa.ForeignKey("webhook_targets.id"), nullable=False),
    sa.Column("event", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),  # ready, sent, dead
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("lease_until", UtcDateTime),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("sent_at", UtcDateTime),
    sa.Column("last_error", sa.String(200)),
    sa.UniqueConstraint("target_id", "event"),
    sa.Index("ix_webhook_outbox_due", "state", "due_at"),
)
