"""Facts wait for their seal without a lock; a provider's id belongs to one message; circuits of providers."""

from alembic import op
import sqlalchemy as sa

from bot.core import UtcDateTime

revision = '0002'
down_revision = '0001'


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table('audit_unsealed',
    sa.Column('id', number, nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('subject', sa.String(length=80), nullable=False),
    sa.Column('actor', sa.String(length=80), nullable=False),
    sa.Column('data', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_unsealed'))
    )
    op.create_table('circuits',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('since', UtcDateTime(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_circuits'))
    )
    # An id that two messages had was the mistake that this constraint ends: the first keeps it.
    op.execute(
        "UPDATE outbox SET provider_id = NULL WHERE EXISTS (SELECT 1 FROM outbox AS first"
        " WHERE first.provider_id = outbox.provider_id AND first.number < outbox.number)"
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outbox_provider_id'))
        batch_op.create_unique_constraint(batch_op.f('uq_outbox_provider_id'), ['provider_id'])


def downgrade() -> None:
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_outbox_provider_id'), type_='unique')
        batch_op.create_index(batch_op.f('ix_outbox_provider_id'), ['provider_id'], unique=False)
    op.drop_table('circuits')
    op.drop_table('audit_unsealed')
