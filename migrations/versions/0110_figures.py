"""Figures: sums of each day, and the indexes by which a day is found."""

from alembic import op
import sqlalchemy as sa

from bot.core import UtcDateTime

revision = "0110"
down_revision = "0105"
_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_BY_TIME = (
    ("ix_inbox_received", "inbox", "received_at"),
    ("ix_outbox_created", "outbox", "created_at"),
    ("ix_outbox_sent", "outbox", "sent_at"),
    ("ix_ledger_entries_at", "ledger_entries", "at"),
    ("ix_ledger_entries_effective", "ledger_entries", "effective_on"),
    ("ix_offers_made", "offers", "made_at"),
    ("ix_agreements_agreed", "agreements", "agreed_at"),
    ("ix_thread_entries_at", "thread_entries", "at"),
)


def _filters() -> list[sa.Column]:
    return [
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("segment", sa.String(40), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "insight_daily",
        *_filters(),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("measure", sa.String(60), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint(
            "channel", "language", "segment", "day", "measure", "currency", name="pk_insight_daily"
        ),
    )
    op.create_index("ix_insight_daily_day", "insight_daily", ["day"])
    op.create_table(
        "insight_people",
        sa.Column("number", _Number, primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("before", sa.Date, nullable=False),
        *_filters(),
        sa.Column("count", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_insight_people_day", "insight_people", ["channel", "day", "before", "count"])
    op.create_table(
        "insight_waits",
        sa.Column("entry", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("day", sa.Date, nullable=False),
        *_filters(),
        sa.Column("seconds", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_insight_waits_day", "insight_waits", ["day"])
    op.create_table(
        "insight_days",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("talks_at", UtcDateTime()),
        sa.Column("money_at", UtcDateTime()),
    )
    op.create_table(
        "insight_looks",
        sa.Column("name", sa.String(20), primary_key=True),
        sa.Column("at", UtcDateTime(), nullable=False),
    )
    op.create_table(
        "insight_costs",
        sa.Column("number", _Number, primary_key=True),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("message_micro", sa.BigInteger, nullable=False),
        sa.Column("answer_minor", sa.BigInteger, nullable=False),
        sa.Column("payment_minor", sa.BigInteger, nullable=False),
        sa.Column("payment_basis_points", sa.BigInteger, nullable=False),
        sa.Column("month_minor", sa.BigInteger, nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
    )
    for name, table, column in _BY_TIME:
        op.create_index(name, table, [column])


def downgrade() -> None:
    for name, table, _ in _BY_TIME:
        op.drop_index(name, table)
    for table in ("insight_costs", "insight_looks", "insight_days", "insight_waits", "insight_people", "insight_daily"):
        op.drop_table(table)
