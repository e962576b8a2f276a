"""Tokens belong to accounts; answers kept for repeated calls; holds of everything; policies."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("api_token", sa.Column("account", _ID, nullable=True))
    # only one account could be made so far: whoever could issue a token has it
    op.execute(
        "UPDATE api_token SET account = (SELECT min(id) FROM account) "
        "WHERE (SELECT count(*) FROM account) = 1"
    )
    op.create_table(
        "api_call",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("idempotency_key", sa.String(length=80), nullable=False),
        sa.Column("asked", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "idempotency_key", name=op.f("pk_api_call")),
    )
    with op.batch_alter_table("api_call", schema=None) as batch_op:
        batch_op.create_index("ix_api_call_at", ["at"], unique=False)
    op.create_table(
        "upkeep_policy",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("begins", sa.String(length=10), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upkeep_policy")),
    )
    _holds()


def _holds() -> None:
    for column in (
        sa.Column("ref", sa.String(length=64), server_default="", nullable=False),
        sa.Column("lift_asked_at", sa.BigInteger(), nullable=True),
        sa.Column("lift_asked_by", sa.String(length=64), nullable=True),
        sa.Column("lift_why", sa.Text(), server_default="", nullable=False),
    ):
        op.add_column("legal_hold", column)
    with op.batch_alter_table("legal_hold", schema=None) as batch_op:
        batch_op.create_index("ix_legal_hold_series_ref", ["series", "ref"], unique=False)
    # orders that the ledger keeps already are shown, and lifted, where all others are
    op.execute(
        "INSERT INTO legal_hold (series, subject, ref, why, since, since_by) "
        "SELECT 'evidence', id, target, reason, begun_at, begun_by FROM evidence_hold "
        "WHERE ended_at IS NULL"
    )
