"""Experiments: champion and challenger by debtor, and with what chance each offer's version was theirs."""

import sqlalchemy as sa
from alembic import op

from bot.core import UtcDateTime

revision = "0130"
down_revision = "0125"
_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "experiments",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("champion_id", sa.String(40), nullable=False),
        sa.Column("champion_hash", sa.String(64), nullable=False),
        sa.Column("challenger_id", sa.String(40), nullable=False),
        sa.Column("challenger_hash", sa.String(64), nullable=False),
        sa.Column("salt", sa.String(40), nullable=False),
        sa.Column("design", sa.Text, nullable=False),
        sa.Column("tuned", sa.Float, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("author", sa.String(80), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
    )
    op.create_table(
        "experiment_events",
        sa.Column("number", _Number, primary_key=True),
        sa.Column("experiment_id", sa.String(40), sa.ForeignKey("experiments.id"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_index("ix_experiment_events_experiment_id", "experiment_events", ["experiment_id"])
    op.create_index("ix_experiment_events_kind", "experiment_events", ["kind", "experiment_id"])
    op.create_table(
        "experiment_assignments",
        sa.Column("experiment_id", sa.String(40), sa.ForeignKey("experiments.id"), primary_key=True),
        sa.Column("party_id", sa.String(40), primary_key=True),
        sa.Column("arm", sa.String(10), nullable=False),
        sa.Column("share_pct", sa.Integer, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
    )
    op.create_table(
        "experiment_readings",
        sa.Column("experiment_id", sa.String(40), sa.ForeignKey("experiments.id"), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.add_column("offers", sa.Column("experiment_id", sa.String(40)))
    op.add_column("offers", sa.Column("propensity_pct", sa.Integer()))


def downgrade() -> None:
    op.drop_column("offers", "propensity_pct")
    op.drop_column("offers", "experiment_id")
    for table in ("experiment_readings", "experiment_assignments", "experiment_events", "experiments"):
        op.drop_table(table)
