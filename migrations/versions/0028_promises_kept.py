"""Disputes of a part; the account that somebody named unverified; validation notices, electronic consent."""

from alembic import op
import sqlalchemy as sa

from bot.core import UtcDateTime

revision = "0028"
down_revision = "0007"


def upgrade() -> None:
    with op.batch_alter_table("holds", schema=None) as batch_op:
        batch_op.add_column(sa.Column("part_minor", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("currency", sa.String(length=3), nullable=True))
    with op.batch_alter_table("disputes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("named", sa.String(length=80), server_default="", nullable=False))
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "esign_consents",
        sa.Column("number", number, nullable=False),
        sa.Column("party_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("message_id", sa.String(length=40), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_esign_consents")),
    )
    op.create_table(
        "media_wishes",
        sa.Column("number", number, nullable=False),
        sa.Column("party_id", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_media_wishes")),
    )
    op.create_table(
        "debt_notices",
        sa.Column("debt_id", sa.String(length=40), nullable=False),
        sa.Column("party_id", sa.String(length=40), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("debt_id", name=op.f("pk_debt_notices")),
    )
    op.create_table(
        "validation_notices",
        sa.Column("debt_id", sa.String(length=40), nullable=False),
        sa.Column("party_id", sa.String(length=40), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("delivery", sa.String(length=12), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("posted_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["debt_id"], ["debts.id"], name=op.f("fk_validation_notices_debt_id")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_validation_notices_party_id")),
        sa.PrimaryKeyConstraint("debt_id", name=op.f("pk_validation_notices")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_validation_notices_token_hash")),
    )
    for table in ("esign_consents", "media_wishes", "debt_notices", "validation_notices"):
        op.create_index(op.f(f"ix_{table}_party_id"), table, ["party_id"], unique=False)


def downgrade() -> None:
    for table in ("validation_notices", "debt_notices", "media_wishes", "esign_consents"):
        op.drop_table(table)
    with op.batch_alter_table("disputes", schema=None) as batch_op:
        batch_op.drop_column("named")
    with op.batch_alter_table("holds", schema=None) as batch_op:
        batch_op.drop_column("currency")
        batch_op.drop_column("part_minor")
