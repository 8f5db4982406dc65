"""Telephone calls that colleagues made or had, for the limits of the law on their number."""

from alembic import op
import sqlalchemy as sa

from bot.core import UtcDateTime

revision = "0070"
down_revision = "0062"


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("conversation_id", sa.String(40), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("party_id", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("reached", sa.Boolean, nullable=False),
        sa.Column("debts", sa.Text, nullable=False),
        sa.Column("broke", sa.JSON, nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_calls_party", "calls", ["party_id", "at"])


def downgrade() -> None:
    op.drop_table("calls")
