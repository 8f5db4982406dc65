"""Links from a phone to our page."""

import sqlalchemy as sa
from alembic import op

from bot.core import UtcDateTime

revision = "0075"
down_revision = "0070"


def upgrade() -> None:
    op.create_table(
        "identity_links",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("opened_in", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_identity_links")),
    )


def downgrade() -> None:
    op.drop_table("identity_links")
