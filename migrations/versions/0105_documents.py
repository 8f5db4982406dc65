"""Receipts, letters and statements: a number to read out, the document, and links to it."""

from alembic import op
import sqlalchemy as sa

from bot.core import UtcDateTime

revision = "0105"
down_revision = "0100"


def upgrade() -> None:
    op.create_table(
        "document_numbers",
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("of", sa.String(length=160), nullable=False),
        sa.Column("party_id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_document_numbers")),
        sa.UniqueConstraint("of", name=op.f("uq_document_numbers_of")),
    )
    op.create_index(op.f("ix_document_numbers_party_id"), "document_numbers", ["party_id"])
    op.create_table(
        "documents",
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.String(length=40), nullable=False),
        sa.Column("debt_id", sa.String(length=40), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["document_numbers.number"], name=op.f("fk_documents_number_document_numbers")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_documents")),
    )
    op.create_index(op.f("ix_documents_party_id"), "documents", ["party_id"])
    op.create_index(op.f("ix_documents_debt_id"), "documents", ["debt_id"])
    op.create_table(
        "document_links",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["documents.number"], name=op.f("fk_document_links_number_documents")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_document_links")),
    )
    op.create_index(op.f("ix_document_links_number"), "document_links", ["number"])


def downgrade() -> None:
    op.drop_table("document_links")
    op.drop_table("documents")
    op.drop_table("document_numbers")
