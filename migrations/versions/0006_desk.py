"""Whose turn it is in a case and how it ended; invitations to the desk."""

from alembic import op
import sqlalchemy as sa

from bot.core import UtcDateTime

revision = '0006'
down_revision = "0005"


def upgrade() -> None:
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.add_column(sa.Column('waiting_since', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('code', sa.String(length=30), nullable=True))
    op.execute("UPDATE cases SET waiting_since = opened_at WHERE closed_at IS NULL")
    op.create_table('staff_invitations',
    sa.Column('token', sa.String(length=64), nullable=False),
    sa.Column('login', sa.String(length=120), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('made_by', sa.String(length=80), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('ends_at', UtcDateTime(), nullable=False),
    sa.Column('used_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('token', name=op.f('pk_staff_invitations'))
    )


def downgrade() -> None:
    op.drop_table('staff_invitations')
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.drop_column('code')
        batch_op.drop_column('waiting_since')
