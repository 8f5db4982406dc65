"""Messages that were changed by whoever wrote them; links from one channel to another."""

from alembic import op
import sqlalchemy as sa

from bot.core import UtcDateTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("corrects", sa.String(length=128), server_default="", nullable=False))
    op.create_table(
        "channel_links",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("party_id", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_channel_links")),
    )


def downgrade() -> None:
    op.drop_table("channel_links")
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_column("corrects")
