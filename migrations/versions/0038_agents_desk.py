"""Snoozed cases, drafts, who looks at what, who is named in a note, second factors."""

import sqlalchemy as sa
from alembic import op

from bot.core import UtcDateTime

revision = "0038"
down_revision = "0028"


def upgrade() -> None:
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("snoozed_until", UtcDateTime(), nullable=True))
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.add_column(sa.Column("second_factor", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("last_step", sa.BigInteger(), nullable=True))
    op.create_table(
        "case_drafts",
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("author", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_case_drafts_conversation_id_conversations")
        ),
        sa.PrimaryKeyConstraint("conversation_id", "author", name=op.f("pk_case_drafts")),
    )
    op.create_table(
        "mentions",
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.String(length=60), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_mentions_conversation_id_conversations")
        ),
        sa.PrimaryKeyConstraint("entry", "who", name=op.f("pk_mentions")),
    )
    with op.batch_alter_table("mentions", schema=None) as batch_op:
        batch_op.create_index("ix_mentions_who", ["who", "read_at"], unique=False)
    op.create_table(
        "desk_presence",
        sa.Column("who", sa.String(length=60), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("typed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("who", name=op.f("pk_desk_presence")),
    )


def downgrade() -> None:
    op.drop_table("desk_presence")
    op.drop_table("mentions")
    op.drop_table("case_drafts")
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.drop_column("last_step")
        batch_op.drop_column("second_factor")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_column("snoozed_until")
