"""Which case is which conversation in the operator's Chatwoot, and what is on both sides."""

import sqlalchemy as sa
from alembic import op

from bot.core import UtcDateTime

revision = "0125"
down_revision = "0120"


def upgrade() -> None:
    op.create_table(
        "chatwoot_talks",
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("read_to", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("rung_at", UtcDateTime(), nullable=True),
        sa.Column("looked_at", UtcDateTime(), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_chatwoot_talks_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_chatwoot_talks_conversation_id_conversations")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_chatwoot_talks")),
        sa.UniqueConstraint("number", name=op.f("uq_chatwoot_talks_number")),
    )
    op.create_index(op.f("ix_chatwoot_talks_conversation_id"), "chatwoot_talks", ["conversation_id"])
    op.create_table(
        "chatwoot_messages",
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("ours", sa.String(length=60), nullable=False),
        sa.Column("theirs", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_chatwoot_messages_case_id_cases")),
        sa.PrimaryKeyConstraint("case_id", "ours", name=op.f("pk_chatwoot_messages")),
        sa.UniqueConstraint("theirs", name=op.f("uq_chatwoot_messages_theirs")),
    )


def downgrade() -> None:
    op.drop_table("chatwoot_messages")
    op.drop_table("chatwoot_talks")
