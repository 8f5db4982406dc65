"""A hold that ends by itself: its first day and its last."""

from alembic import op
import sqlalchemy as sa

revision = "0062"
down_revision = "0061"


def upgrade() -> None:
    op.add_column("holds", sa.Column("begins_on", sa.Date()))
    op.add_column("holds", sa.Column("ends_on", sa.Date()))


def downgrade() -> None:
    with op.batch_alter_table("holds") as holds:
        holds.drop_column("ends_on")
        holds.drop_column("begins_on")
