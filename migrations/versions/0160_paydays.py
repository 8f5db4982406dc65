"""When somebody is paid, as they said it."""

import sqlalchemy as sa
from alembic import op

from bot.core import UtcDateTime

revision = "0160"
down_revision = "0155"


def upgrade() -> None:
    op.create_table(
        "paydays",
        sa.Column("party_id", sa.String(40), nullable=False),
        sa.Column("frequency", sa.String(20), nullable=False),
        sa.Column("first", sa.Date, nullable=False),
        sa.Column("days", sa.JSON, nullable=False),
        sa.Column("nth", sa.Integer, nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("party_id", name=op.f("pk_paydays")),
    )


def downgrade() -> None:
    op.drop_table("paydays")
