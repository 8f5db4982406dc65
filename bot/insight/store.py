"""Tables of figures: sums of a day, without a name or a word of anybody. All of them can be made again from the facts.

An empty `channel`, `language` or `segment` stands for all of them: a page reads one row for each measure and day,
however many segments there are.
"""

from __future__ import annotations

import sqlalchemy as sa

from bot.core import UtcDateTime, metadata

_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

daily = sa.Table(
    "insight_daily",
    metadata,
    sa.Column("channel", sa.String(20), primary_key=True),
    sa.Column("language", sa.String(8), primary_key=True),
    sa.Column("segment", sa.String(40), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("measure", sa.String(60), primary_key=True),
    sa.Column("currency", sa.String(3), primary_key=True),  # empty for what is counted
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Index("ix_insight_daily_day", "day"),
)
people = sa.Table(
    "insight_people",
    metadata,
    sa.Column("number", _Number, primary_key=True),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("before", sa.Date, nullable=False),  # the last day before on which they were written to; 1970-01-01: none
    sa.Column("channel", sa.String(20), nullable=False),  # empty: on any
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("segment", sa.String(40), nullable=False),
    sa.Column("count", sa.BigInteger, nullable=False),
    sa.Index("ix_insight_people_day", "channel", "day", "before", "count"),
)
"""People written to on a day, by when they were before. Those of a span are the rows of it whose `before` lies before
its first day: each person once, without a name.
"""
waits = sa.Table(
    "insight_waits",
    metadata,
    sa.Column("entry", sa.BigInteger, primary_key=True, autoincrement=False),  # of the thread: the answer
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("segment", sa.String(40), nullable=False),
    sa.Column("seconds", sa.BigInteger, nullable=False),
    sa.Index("ix_insight_waits_day", "day"),
)
days = sa.Table(
    "insight_days",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("talks_at", UtcDateTime),  # when it was counted last; null: to be counted again
    sa.Column("money_at", UtcDateTime),
)
looks = sa.Table(
    "insight_looks",
    metadata,
    sa.Column("name", sa.String(20), primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
)
"""Up to when the ledger was looked through for what was posted late."""
costs = sa.Table(
    "insight_costs",
    metadata,
    sa.Column("number", _Number, primary_key=True),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("message_micro", sa.BigInteger, nullable=False),  # millionths of the currency's unit
    sa.Column("answer_minor", sa.BigInteger, nullable=False),
    sa.Column("payment_minor", sa.BigInteger, nullable=False),
    sa.Column("payment_basis_points", sa.BigInteger, nullable=False),
    sa.Column("month_minor", sa.BigInteger, nullable=False),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)
"""What things cost, as managers say it. The newest row holds; none is ever changed."""
