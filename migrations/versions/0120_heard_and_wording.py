"""What was heard of each message, what managers say that it meant, and the versions of the texts."""

from alembic import op
import sqlalchemy as sa

from bot.core import UtcDateTime

revision = "0120"
down_revision = "0115"
_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "heard",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("conversation_id", sa.String(40), sa.ForeignKey("conversations.id"), nullable=False, index=True),
        sa.Column("messages", sa.JSON, nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("scene", sa.JSON, nullable=False),
        sa.Column("acts", sa.JSON, nullable=False),
        sa.Column("why", sa.String(20), nullable=False),
        sa.Column("settled", sa.String(10), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Index("ix_heard_open", "settled", "why", "at"),
    )
    op.create_table(
        "taught_messages",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("scene", sa.JSON, nullable=False),
        sa.Column("acts", sa.JSON, nullable=False),
        sa.Column("is_held_out", sa.Boolean, nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "trainings",
        sa.Column("number", _Number, primary_key=True),
        sa.Column("model", sa.String(40), nullable=False),
        sa.Column("examples", sa.Integer, nullable=False),
        sa.Column("held_out", sa.Integer, nullable=False),
        sa.Column("figures", sa.JSON, nullable=False),
        sa.Column("is_taken", sa.Boolean, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "text_versions",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("base", sa.String(40)),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("author", sa.String(80), nullable=False),
        sa.Column("writers", sa.JSON, nullable=False),
        sa.Column("saved_by", sa.String(80), nullable=False),
        sa.Column("saved_at", UtcDateTime, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False, index=True),
    )
    op.create_table(
        "text_events",
        sa.Column("number", _Number, primary_key=True),
        sa.Column("version_id", sa.String(40), sa.ForeignKey("text_versions.id"), nullable=False, index=True),
        sa.Column("kind", sa.String(20), nullable=False, index=True),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )


def downgrade() -> None:
    for name in ("text_events", "text_versions", "trainings", "taught_messages", "heard"):
        op.drop_table(name)
