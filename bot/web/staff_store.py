"""Those who work at the desk, and where they are logged in."""

from __future__ import annotations

import sqlalchemy as sa

from bot.core import UtcDateTime, metadata

staff = sa.Table(
    "staff",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("login", sa.String(120), nullable=False, unique=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("role", sa.String(20), nullable=False),  # agent, supervisor, manager
    sa.Column("password", sa.String(200), nullable=False),  # argon2id
    sa.Column("added_at", UtcDateTime, nullable=False),
    sa.Column("second_factor", sa.String(64)),  # what the secret of their codes is made of; null until they set it up
    sa.Column("last_step", sa.BigInteger),  # of the newest code that let them in: none works twice
    sa.Column("left_at", UtcDateTime),  # from then on they log in no more
)
staff_invitations = sa.Table(
    "staff_invitations",
    metadata,
    sa.Column("token", sa.String(64), primary_key=True),  # SHA-256 of what is in the link
    sa.Column("login", sa.String(120), nullable=False),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("made_by", sa.String(80), nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("ends_at", UtcDateTime, nullable=False),
    sa.Column("used_at", UtcDateTime),
)
staff_guesses = sa.Table(
    "staff_guesses",
    metadata,
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
    sa.Column("login", sa.String(64), nullable=False),  # SHA-256 of what was typed
    sa.Column("source", sa.String(64), nullable=False),
    sa.Column("is_known_browser", sa.Boolean, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Index("ix_staff_guesses_login", "login", "at"),
    sa.Index("ix_staff_guesses_at", "at"),
)
staff_sessions = sa.Table(
    "staff_sessions",
    metadata,
    sa.Column("token", sa.String(64), primary_key=True),  # SHA-256 of the cookie
    sa.Column("staff_id", sa.String(40), sa.ForeignKey("staff.id"), nullable=False, index=True),
    sa.Column("began_at", UtcDateTime, nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
)
