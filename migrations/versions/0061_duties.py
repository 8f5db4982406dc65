"""What the law wants done because of a hold: that it was done, how, by whom and when."""

from alembic import op
import sqlalchemy as sa

from bot.core import UtcDateTime

revision = "0061"
down_revision = "0060"


def upgrade() -> None:
    op.create_table(
        "duties_done",
        sa.Column("hold_id", sa.String(length=40), nullable=False),
        sa.Column("rule", sa.String(length=30), nullable=False),
        sa.Column("how", sa.String(length=200), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["hold_id"], ["holds.id"], name=op.f("fk_duties_done_hold_id_holds")),
        sa.PrimaryKeyConstraint("hold_id", "rule", name=op.f("pk_duties_done")),
    )


def downgrade() -> None:
    op.drop_table("duties_done")
