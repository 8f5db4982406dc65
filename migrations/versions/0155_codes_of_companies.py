"""Which company a one-time code lets in, where it was asked for by its account number."""

import sqlalchemy as sa
from alembic import op

revision = "0155"
down_revision = "0151"


def upgrade() -> None:
    op.add_column("identity_codes", sa.Column("proves", sa.String(40)))


def downgrade() -> None:
    with op.batch_alter_table("identity_codes") as table:
        table.drop_column("proves")
