"""One-time codes that were asked for: a second way in for whoever lacks their reference."""

import sqlalchemy as sa
from alembic import op

from bot.core import UtcDateTime

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    op.create_table(
        "identity_codes",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("network", sa.String(length=64), nullable=True),
        sa.Column("phone", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("sent_to", sa.String(length=40), nullable=True),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_codes")),
    )
    with op.batch_alter_table("identity_codes", schema=None) as batch_op:
        batch_op.create_index("ix_identity_codes_conversation", ["conversation_id", "at"], unique=False)
        batch_op.create_index("ix_identity_codes_network", ["network", "at"], unique=False)
        batch_op.create_index("ix_identity_codes_phone", ["phone", "at"], unique=False)


def downgrade() -> None:
    op.drop_table("identity_codes")
