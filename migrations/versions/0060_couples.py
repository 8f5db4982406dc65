"""Who is married to whom."""

from alembic import op
import sqlalchemy as sa

from bot.core import UtcDateTime

revision = "0060"
down_revision = "0050"


def upgrade() -> None:
    op.create_table(
        "couples",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("party_id", sa.String(length=40), nullable=False),
        sa.Column("spouse_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_couples")),
    )
    op.create_index(op.f("ix_couples_party_id"), "couples", ["party_id"])


def downgrade() -> None:
    op.drop_table("couples")
