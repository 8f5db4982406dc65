"""Who can be given a case by itself, and how conversations were led."""

import sqlalchemy as sa
from alembic import op

from bot.core import UtcDateTime

revision = "0080"
down_revision = "0075"


def upgrade() -> None:
    op.create_table(
        "desk_seats",
        sa.Column("who", sa.String(length=60), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("who", name=op.f("pk_desk_seats")),
    )
    op.create_table(
        "case_reviews",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("who", sa.String(length=60), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_reviews_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_case_reviews_conversation_id_conversations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_reviews")),
    )
    with op.batch_alter_table("case_reviews", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_reviews_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_case_reviews_who", ["who", "at"], unique=False)


def downgrade() -> None:
    op.drop_table("case_reviews")
    op.drop_table("desk_seats")
