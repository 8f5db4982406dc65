"""Where a web chat comes from, whose tries wait for each other, cases that joined another, and where wrong staff passwords come from."""

import sqlalchemy as sa
from alembic import op

from bot.core import UtcDateTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with op.batch_alter_table("conversations") as table:
        table.add_column(sa.Column("network", sa.String(64)))
    with op.batch_alter_table("cases") as table:
        table.add_column(sa.Column("joined_to", sa.String(40)))
        table.create_foreign_key("fk_cases_joined_to", "cases", ["joined_to"], ["id"])
        table.create_index("ix_cases_joined_to", ["joined_to"])
    with op.batch_alter_table("staff") as table:
        table.drop_column("failures")
        table.drop_column("locked_until")
    op.create_table("identity_keys", sa.Column("key", sa.String(64), primary_key=True))
    op.create_table(
        "staff_guesses",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("is_known_browser", sa.Boolean, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
    )
    op.create_index("ix_staff_guesses_login", "staff_guesses", ["login", "at"])
    op.create_index("ix_staff_guesses_at", "staff_guesses", ["at"])
