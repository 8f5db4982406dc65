"""Who works at the desk no more."""

import sqlalchemy as sa
from alembic import op

from bot.core import UtcDateTime

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.add_column(sa.Column("left_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.drop_column("left_at")
