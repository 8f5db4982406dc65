"""How it was for them, asked once after a resolution; and until when a creditor knew somebody as a customer."""

from alembic import op
import sqlalchemy as sa

from bot.core import UtcDateTime

revision = "0150"
down_revision = "0145"


def upgrade() -> None:
    op.create_table(
        "csat_surveys",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("party_id", sa.String(40), nullable=False),
        sa.Column("conversation_id", sa.String(40), sa.ForeignKey("conversations.id"), nullable=False, index=True),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("resolution", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(60), nullable=False, unique=True),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.Column("rating", sa.Integer),
        sa.Column("answered_at", UtcDateTime, index=True),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name="rating_1_to_5"),
    )
    op.create_index("ix_csat_surveys_party", "csat_surveys", ["party_id", "asked_at"])
    op.create_table(
        "customer_status",
        sa.Column("debt_id", sa.String(40), sa.ForeignKey("debts.id"), primary_key=True),
        sa.Column("still_on", sa.Date, primary_key=True),
        sa.Column("known_at", UtcDateTime, nullable=False, index=True),
    )


def downgrade() -> None:
    op.drop_table("customer_status")
    op.drop_table("csat_surveys")
