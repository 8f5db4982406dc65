"""Holds on a conversation before anybody is known."""

from alembic import op
import sqlalchemy as sa

revision = '0005'
down_revision = '0002'


def upgrade() -> None:
    with op.batch_alter_table('holds', schema=None) as batch_op:
        batch_op.alter_column('party_id', existing_type=sa.String(length=40), nullable=True)
        batch_op.add_column(sa.Column('conversation_id', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('given', sa.JSON(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f('fk_holds_conversation_id'), 'conversations', ['conversation_id'], ['id']
        )
        batch_op.create_index(batch_op.f('ix_holds_conversation_id'), ['conversation_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('holds', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_holds_conversation_id'))
        batch_op.drop_constraint(batch_op.f('fk_holds_conversation_id'), type_='foreignkey')
        batch_op.drop_column('given')
        batch_op.drop_column('conversation_id')
        batch_op.execute("DELETE FROM holds WHERE party_id IS NULL")
        batch_op.alter_column('party_id', existing_type=sa.String(length=40), nullable=False)
