"""Scorecards, what they told and what became of it; the day on which an account is due, and whether it was disputed."""

import sqlalchemy as sa
from alembic import op

from bot.core import UtcDateTime

revision = "0135"
down_revision = "0130"
_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("debts", sa.Column("due_on", sa.Date(), nullable=True))
    op.add_column("debts", sa.Column("was_disputed", sa.Boolean(), nullable=True))
    op.create_table(
        "score_cards",
        sa.Column("number", _Number, primary_key=True),
        sa.Column("target", sa.String(10), nullable=False),
        sa.Column("card", sa.JSON, nullable=False),
        sa.Column("figures", sa.JSON, nullable=False),
        sa.Column("is_taken", sa.Boolean, nullable=False),
        sa.Column("why", sa.String(200), nullable=False),
        sa.Column("trained_on", sa.Integer, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
    )
    op.create_index("ix_score_cards_target", "score_cards", ["target", "is_taken", "number"])
    op.create_table(
        "scores",
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("party_id", sa.String(40), nullable=False),
        sa.Column("debt_id", sa.String(40), nullable=False),
        sa.Column("target", sa.String(10), nullable=False),
        sa.Column("card", _Number, nullable=False),
        sa.Column("features_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("chance", sa.Float, nullable=False),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.Column("features", sa.JSON, nullable=False),
        sa.Column("scored_at", UtcDateTime(), nullable=False),
        sa.Column("missed", sa.Boolean),
        sa.Column("ended_on", sa.Date),
        sa.PrimaryKeyConstraint("key", name="pk_scores"),
        sa.ForeignKeyConstraint(["card"], ["score_cards.number"], name="fk_scores_card_score_cards"),
    )
    op.create_index("ix_scores_party", "scores", ["party_id", "ended_on"])
    op.create_index("ix_scores_target", "scores", ["target", "features_on"])
    op.create_table(
        "score_parts",
        sa.Column("key", sa.String(120), primary_key=True),
        sa.Column("party_id", sa.String(40), nullable=False),
        sa.Column("debt_id", sa.String(40), nullable=False),
        sa.Column("amount_minor", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("begun_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("judged_on", sa.Date, nullable=False),
        sa.Column("is_kept", sa.Boolean, nullable=False),
    )
    op.create_table(
        "score_months",
        sa.Column("currency", sa.String(3), primary_key=True),
        sa.Column("months", sa.JSON, nullable=False),
    )
    op.create_table(
        "score_looks",
        sa.Column("name", sa.String(20), primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
    )


def downgrade() -> None:
    for table in ("score_looks", "score_months", "score_parts", "scores", "score_cards"):
        op.drop_table(table)
    with op.batch_alter_table("debts") as debts:
        debts.drop_column("was_disputed")
        debts.drop_column("due_on")
