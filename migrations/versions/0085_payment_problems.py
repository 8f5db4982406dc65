"""What a person has to look at about payments, and refunds that the desk asks for."""

import sqlalchemy as sa
from alembic import op

from bot.core import UtcDateTime

revision = "0085"
down_revision = "0080"


def upgrade() -> None:
    op.create_table(
        "payment_problems",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("debt_id", sa.String(length=40), nullable=True),
        sa.Column("conversation_id", sa.String(length=40), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("found_at", UtcDateTime(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("done_by", sa.String(length=80), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_problems")),
        sa.UniqueConstraint("key", name=op.f("uq_payment_problems_key")),
    )
    with op.batch_alter_table("payment_problems", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_problems_debt_id"), ["debt_id"], unique=False)
    op.create_table(
        "refund_orders",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("debt_id", sa.String(length=40), nullable=False),
        sa.Column("payment_intent_id", sa.String(length=64), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("refund_id", sa.String(length=64), nullable=True),
        sa.Column("last_error", sa.String(length=200), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_refund_orders_amount_positive")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["payment_requests.id"], name=op.f("fk_refund_orders_request_id_payment_requests")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_orders")),
        sa.UniqueConstraint("refund_id", name=op.f("uq_refund_orders_refund_id")),
    )
    with op.batch_alter_table("refund_orders", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refund_orders_debt_id"), ["debt_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_refund_orders_payment_intent_id"), ["payment_intent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_refund_orders_state"), ["state"], unique=False)


def downgrade() -> None:
    op.drop_table("refund_orders")
    op.drop_table("payment_problems")
