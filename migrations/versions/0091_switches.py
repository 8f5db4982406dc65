"""Kill switches: what a manager stopped at once."""

from alembic import op
import sqlalchemy as sa

from bot.core import UtcDateTime

revision = "0091"
down_revision = "0090"


def upgrade() -> None:
    op.create_table(
        "switches",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("why", sa.String(400), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("switches")
