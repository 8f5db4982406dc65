"""What the provider moved on each day beside what the ledgers have of it, looked at once a night."""

from alembic import op
import sqlalchemy as sa

from bot.core import UtcDateTime

revision = "0145"
down_revision = "0140"


def upgrade() -> None:
    op.create_table(
        "balance_checks",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("totals", sa.JSON, nullable=False),
        sa.Column("undelivered", sa.Integer, nullable=False),
        sa.Column("differing", sa.Integer, nullable=False),
        sa.Column("checked_at", UtcDateTime(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("balance_checks")
