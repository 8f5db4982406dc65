"""Cards with the figures that they reached, scores with the day of their features, and what became of them."""

from __future__ import annotations

import sqlalchemy as sa

from bot.core import UtcDateTime, metadata

_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

cards = sa.Table(
    "score_cards",
    metadata,
    sa.Column("number", _Number, primary_key=True),
    sa.Column("target", sa.String(10), nullable=False),  # the values of model.Target
    sa.Column("card", sa.JSON, nullable=False),
    sa.Column("figures", sa.JSON, nullable=False),
    sa.Column("is_taken", sa.Boolean, nullable=False),
    sa.Column("why", sa.String(200), nullable=False),
    sa.Column("trained_on", sa.Integer, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Index("ix_score_cards_target", "target", "is_taken", "number"),
)
"""Each training, also those whose card was not taken. The newest that was taken is in force."""
scores = sa.Table(
    "scores",
    metadata,
    sa.Column("key", sa.String(120), primary_key=True),  # of the due: account:<debt>, or <agreement>:<day>
    sa.Column("party_id", sa.String(40), nullable=False),
    sa.Column("debt_id", sa.String(40), nullable=False),
    sa.Column("target", sa.String(10), nullable=False),
    sa.Column("card", _Number, sa.ForeignKey("score_cards.number"), nullable=False),
    sa.Column("features_on", sa.Date, nullable=False),
    sa.Column("due_on", sa.Date, nullable=False),
    sa.Column("chance", sa.Float, nullable=False),  # that it is missed
    sa.Column("reasons", sa.JSON, nullable=False),  # [[words, points]]
    sa.Column("features", sa.JSON, nullable=False),
    sa.Column("scored_at", UtcDateTime, nullable=False),  # nothing that happened: it keeps no record alive
    sa.Column("missed", sa.Boolean),  # null until it is judged
    sa.Column("ended_on", sa.Date),  # when it was judged, or counted for nothing
    sa.Index("ix_scores_party", "party_id", "ended_on"),
    sa.Index("ix_scores_target", "target", "features_on"),
)
parts = sa.Table(
    "score_parts",
    metadata,
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
"""Parts of agreements as `negotiation.reporting` judged them, each once."""
months = sa.Table(
    "score_months",
    metadata,
    sa.Column("currency", sa.String(3), primary_key=True),
    sa.Column("months", sa.JSON, nullable=False),  # [lateness.Month], the newest first
)
looks = sa.Table(
    "score_looks",
    metadata,
    sa.Column("name", sa.String(20), primary_key=True),  # parts, scores
    sa.Column("day", sa.Date, nullable=False),
)
"""The last day that was done."""
