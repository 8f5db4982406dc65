"""Accounts in and out: companies, files that came, what was remembered of them, keys of the API, and what is told."""

from alembic import op
import sqlalchemy as sa

from bot.core import UtcDateTime

revision = "0115"
down_revision = "0110"
_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _column(name: str, kind: object, null: bool = False) -> sa.Column:
    return sa.Column(name, kind, nullable=null)


def upgrade() -> None:
    op.add_column("parties", sa.Column("kind", sa.String(10), nullable=False, server_default="person"))
    op.create_table(
        "account_files",
        sa.Column("id", sa.String(40), primary_key=True),
        _column("client", sa.String(80)),
        _column("kind", sa.String(20)),
        _column("name", sa.String(200)),
        sa.Column("hash", sa.String(64), nullable=False, index=True),
        _column("state", sa.String(20)),
        _column("says", sa.JSON),
        _column("names", sa.JSON),
        _column("layout", sa.JSON),
        _column("content", sa.LargeBinary, True),
        _column("total", sa.Integer),
        _column("done", sa.Integer),
        _column("report", sa.JSON, True),
        _column("problems", sa.LargeBinary, True),
        _column("by", sa.String(80)),
        _column("at", UtcDateTime()),
        _column("seen_at", UtcDateTime(), True),
        _column("ended_at", UtcDateTime(), True),
        _column("failed", sa.Text, True),
    )
    op.create_table(
        "account_layouts",
        sa.Column("client", sa.String(80), primary_key=True),
        sa.Column("kind", sa.String(20), primary_key=True),
        _column("layout", sa.JSON),
        _column("at", UtcDateTime()),
    )
    op.create_table(
        "account_products",
        sa.Column("client", sa.String(80), primary_key=True),
        sa.Column("code", sa.String(80), primary_key=True),
        _column("product", sa.String(40)),
        _column("by", sa.String(80)),
        _column("at", UtcDateTime()),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(40), primary_key=True),
        _column("client", sa.String(80)),
        _column("name", sa.String(80)),
        sa.Column("hash", sa.String(64), nullable=False, unique=True),
        _column("by", sa.String(80)),
        _column("at", UtcDateTime()),
        _column("ended_at", UtcDateTime(), True),
    )
    op.create_table(
        "webhook_targets",
        sa.Column("id", sa.String(40), primary_key=True),
        _column("client", sa.String(80)),
        _column("url", sa.String(300)),
        _column("secret", sa.LargeBinary),
        _column("by", sa.String(80)),
        _column("at", UtcDateTime()),
        _column("ended_at", UtcDateTime(), True),
    )
    op.create_table(
        "webhook_cursor",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        _column("number", sa.BigInteger),
    )
    op.create_table(
        "webhook_outbox",
        sa.Column("number", _Number, primary_key=True),
        sa.Column("target_id", sa.String(40), sa.ForeignKey("webhook_targets.id"), nullable=False),
        _column("event", sa.String(40)),
        _column("kind", sa.String(40)),
        _column("body", sa.Text),
        _column("state", sa.String(10)),
        _column("attempts", sa.Integer),
        _column("due_at", UtcDateTime()),
        _column("lease_until", UtcDateTime(), True),
        _column("at", UtcDateTime()),
        _column("sent_at", UtcDateTime(), True),
        _column("last_error", sa.String(200), True),
        sa.UniqueConstraint("target_id", "event", name="uq_webhook_outbox_target_id_event"),
    )
    op.create_index("ix_webhook_outbox_due", "webhook_outbox", ["state", "due_at"])


def downgrade() -> None:
    for table in ("webhook_outbox", "webhook_cursor", "webhook_targets", "api_keys", "account_products", "account_layouts",
                  "account_files"):
        op.drop_table(table)
    op.drop_column("parties", "kind")
