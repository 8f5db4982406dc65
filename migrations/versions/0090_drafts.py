"""The managers' desk: drafts that are being written, and simulations that were asked for."""

from alembic import op
import sqlalchemy as sa

from bot.core import UtcDateTime

revision = "0090"
down_revision = "0085"


def upgrade() -> None:
    op.create_table(
        "policy_drafts",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("begun_by", sa.String(80), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("saved_by", sa.String(80), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.Column("writers", sa.JSON, nullable=False),
        sa.Column("editor", sa.String(80)),
        sa.Column("editor_at", UtcDateTime()),
        sa.Column("version_id", sa.String(40), sa.ForeignKey("policy_versions.id")),
        sa.Column("closed_at", UtcDateTime()),
    )
    op.create_table(
        "policy_simulations",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("version_id", sa.String(40), sa.ForeignKey("policy_versions.id"), nullable=False, index=True),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("asked_by", sa.String(80), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("begun_at", UtcDateTime()),
        sa.Column("seen_at", UtcDateTime()),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("report", sa.Text),
        sa.Column("failed", sa.Text),
    )


def downgrade() -> None:
    op.drop_table("policy_simulations")
    op.drop_table("policy_drafts")
