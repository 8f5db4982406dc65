"""One payment for several debts: which share of a request is for which debt, and how an attempt was divided."""

from alembic import op
import sqlalchemy as sa

revision = "0140"
down_revision = "0135"


def upgrade() -> None:
    op.create_table(
        "payment_shares",
        sa.Column("request_id", sa.String(40), sa.ForeignKey("payment_requests.id"), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("debt_id", sa.String(40), nullable=False, index=True),
        sa.Column("agreement_id", sa.String(40)),
        sa.Column("amount_minor", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("request_id", "debt_id"),
        sa.CheckConstraint("amount_minor > 0", name="amount_positive"),
    )
    with op.batch_alter_table("checkout_attempts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shares", sa.JSON))


def downgrade() -> None:
    with op.batch_alter_table("checkout_attempts", schema=None) as batch_op:
        batch_op.drop_column("shares")
    op.drop_table("payment_shares")
