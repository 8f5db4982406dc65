"""In which browser a link to pay was opened first: only that one is shown the amount without a further proof."""

from alembic import op
import sqlalchemy as sa

from bot.core import UtcDateTime

revision = "0151"
down_revision = "0150"


def upgrade() -> None:
    op.add_column("payment_requests", sa.Column("opened_in", sa.String(64)))
    op.add_column("payment_requests", sa.Column("opened_at", UtcDateTime()))


def downgrade() -> None:
    with op.batch_alter_table("payment_requests") as table:
        table.drop_column("opened_at")
        table.drop_column("opened_in")
