"""Replies that go out at a time of their own."""

import sqlalchemy as sa
from alembic import op

from bot.core import UtcDateTime

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    op.create_table(
        "scheduled_replies",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("dedup_key", sa.String(length=120), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("author", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("quotes", sa.String(length=40), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_scheduled_replies_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_scheduled_replies_conversation_id_conversations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheduled_replies")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_scheduled_replies_dedup_key")),
    )
    with op.batch_alter_table("scheduled_replies", schema=None) as batch_op:
        batch_op.create_index("ix_scheduled_replies_due", ["state", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_scheduled_replies_conversation_id"), ["conversation_id"], unique=False)


def downgrade() -> None:
    op.drop_table("scheduled_replies")
