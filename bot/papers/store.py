"""Tables of documents. A document is written once; its number and its content never change."""

from __future__ import annotations

import sqlalchemy as sa

from bot.core import UtcDateTime, metadata

document_numbers = sa.Table(
    "document_numbers",
    metadata,
    sa.Column("number", sa.String(12), primary_key=True),  # "R48271936": without what makes it readable
    sa.Column("of", sa.String(160), nullable=False, unique=True),  # "receipt:pi_…": what it is the number of
    sa.Column("party_id", sa.String(40), nullable=False, index=True),
)
documents = sa.Table(
    "documents",
    metadata,
    sa.Column("number", sa.String(12), sa.ForeignKey("document_numbers.number"), primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),  # the values of service.Kind
    sa.Column("party_id", sa.String(40), nullable=False, index=True),
    sa.Column("debt_id", sa.String(40), nullable=False, index=True),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)
document_links = sa.Table(
    "document_links",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("number", sa.String(12), sa.ForeignKey("documents.number"), nullable=False, index=True),
    sa.Column("made_at", UtcDateTime, nullable=False),
)
