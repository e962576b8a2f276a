"""Targets that call by themselves, and what probes warn of."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "probe_warning",
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.Column("vantage", sa.String(length=64), nullable=False),
        sa.Column("warning", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("target", "vantage", name=op.f("pk_probe_warning")),
    )
    op.create_table(
        "push_token",
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("heard_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_push_token")),
    )
    op.create_index("ix_push_token_target", "push_token", ["target"], unique=False)
