"""What debtors allowed us to take from a saved card or bank account, and each time that it is to be taken."""

import sqlalchemy as sa
from alembic import op

from bot.core import UtcDateTime

revision = "0100"
down_revision = "0091"


def upgrade() -> None:
    with op.batch_alter_table("checkout_attempts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(8), nullable=False, server_default="page"))
        batch_op.add_column(sa.Column("advice", sa.String(40), nullable=True))
    op.create_table(
        "mandates",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("party_id", sa.String(40), nullable=False),
        sa.Column("debt_id", sa.String(40), nullable=False),
        sa.Column("agreement_id", sa.String(40), nullable=False),
        sa.Column("conversation_id", sa.String(40), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("version", sa.String(20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("network", sa.String(64), nullable=False),
        sa.Column("most_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=True),
        sa.Column("session_id", sa.String(128), nullable=True),
        sa.Column("session_over", sa.Boolean(), nullable=False),
        sa.Column("customer_id", sa.String(64), nullable=True),
        sa.Column("method_id", sa.String(64), nullable=True),
        sa.Column("method_kind", sa.String(8), nullable=True),
        sa.Column("brand", sa.String(40), nullable=True),
        sa.Column("last4", sa.String(4), nullable=True),
        sa.Column("expires", sa.Date(), nullable=True),
        sa.Column("saved_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_why", sa.String(20), nullable=True),
        sa.Column("ended_by", sa.String(80), nullable=True),
        sa.Column("forgotten_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("most_minor > 0", name=op.f("ck_mandates_most_positive")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_mandates_conversation_id_conversations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandates")),
        sa.UniqueConstraint("session_id", name=op.f("uq_mandates_session_id")),
    )
    with op.batch_alter_table("mandates", schema=None) as batch_op:
        for column in ("party_id", "debt_id", "method_id"):
            batch_op.create_index(batch_op.f(f"ix_mandates_{column}"), [column], unique=False)
    op.create_table(
        "autopay_charges",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("mandate_id", sa.String(40), nullable=False),
        sa.Column("agreement_id", sa.String(40), nullable=False),
        sa.Column("debt_id", sa.String(40), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("charge_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("notice_key", sa.String(80), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("request_id", sa.String(40), nullable=True),
        sa.Column("skipped", sa.String(20), nullable=True),
        sa.Column("skipped_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_autopay_charges_amount_positive")),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandates.id"], name=op.f("fk_autopay_charges_mandate_id_mandates")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["payment_requests.id"], name=op.f("fk_autopay_charges_request_id_payment_requests")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_autopay_charges")),
        sa.UniqueConstraint("request_id", name=op.f("uq_autopay_charges_request_id")),
        sa.UniqueConstraint("agreement_id", "due", "number", name=op.f("uq_autopay_charges_agreement_id_due_number")),
    )
    with op.batch_alter_table("autopay_charges", schema=None) as batch_op:
        for column in ("mandate_id", "debt_id"):
            batch_op.create_index(batch_op.f(f"ix_autopay_charges_{column}"), [column], unique=False)


def downgrade() -> None:
    op.drop_table("autopay_charges")
    op.drop_table("mandates")
    with op.batch_alter_table("checkout_attempts", schema=None) as batch_op:
        batch_op.drop_column("advice")
        batch_op.drop_column("kind")
