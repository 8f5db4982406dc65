"""Holds before anybody is known; where people are, when they may be written to, and what operators decided."""

from alembic import op
import sqlalchemy as sa

from bot.core import UtcDateTime

revision = '0005'
down_revision = "0004"


def upgrade() -> None:
    with op.batch_alter_table('holds', schema=None) as batch_op:
        batch_op.alter_column('party_id', existing_type=sa.String(length=40), nullable=True)
        batch_op.add_column(sa.Column('conversation_id', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('given', sa.JSON(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f('fk_holds_conversation_id'), 'conversations', ['conversation_id'], ['id']
        )
        batch_op.create_index(batch_op.f('ix_holds_conversation_id'), ['conversation_id'], unique=False)

    number = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table('places',
    sa.Column('number', number, nullable=False),
    sa.Column('party_id', sa.String(length=40), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('state', sa.String(length=3), nullable=False),
    sa.Column('city', sa.String(length=10), nullable=False),
    sa.Column('time_zone', sa.String(length=40), nullable=False),
    sa.Column('source', sa.String(length=60), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_places'))
    )
    with op.batch_alter_table('places', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_places_party_id'), ['party_id'], unique=False)
    op.create_table('inconvenient_times',
    sa.Column('number', number, nullable=False),
    sa.Column('party_id', sa.String(length=40), nullable=False),
    sa.Column('begins', sa.String(length=8), nullable=False),
    sa.Column('ends', sa.String(length=8), nullable=False),
    sa.Column('weekdays', sa.String(length=7), nullable=False),
    sa.Column('source', sa.String(length=60), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_inconvenient_times'))
    )
    with op.batch_alter_table('inconvenient_times', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_inconvenient_times_party_id'), ['party_id'], unique=False)
    op.create_table('operator_orders',
    sa.Column('number', number, nullable=False),
    sa.Column('what', sa.String(length=10), nullable=False),
    sa.Column('about', sa.String(length=60), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('actor', sa.String(length=80), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('until', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_operator_orders'))
    )
    # The city is not known of people who are here already: the rules of their state hold, those of a city do not.
    op.execute(
        "INSERT INTO places (party_id, country, state, city, time_zone, source, at)"
        " SELECT id, 'US', state, '', time_zone, 'client_file', CURRENT_TIMESTAMP FROM parties"
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.add_column(sa.Column('answers_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('party_id', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('discloses', sa.String(length=60), server_default='', nullable=False))
        batch_op.add_column(sa.Column('sequence', sa.String(length=40), server_default='', nullable=False))
        batch_op.add_column(sa.Column('policy', sa.String(length=80), server_default='', nullable=False))
        batch_op.add_column(sa.Column('held_until', UtcDateTime(), nullable=True))
        batch_op.create_index('ix_outbox_party', ['party_id', 'created_at'], unique=False)
    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.drop_column('collector_said_at')
        batch_op.drop_column('automated_said_at')


def downgrade() -> None:
    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.add_column(sa.Column('automated_said_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('collector_said_at', UtcDateTime(), nullable=True))
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_party')
        for name in ('held_until', 'policy', 'sequence', 'discloses', 'party_id', 'answers_at'):
            batch_op.drop_column(name)
    for name in ('operator_orders', 'inconvenient_times', 'places'):
        op.drop_table(name)
    op.execute("DELETE FROM holds WHERE party_id IS NULL")
    with op.batch_alter_table('holds', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_holds_conversation_id'))
        batch_op.drop_constraint(batch_op.f('fk_holds_conversation_id'), type_='foreignkey')
        batch_op.drop_column('given')
        batch_op.drop_column('conversation_id')
        batch_op.alter_column('party_id', existing_type=sa.String(length=40), nullable=False)
