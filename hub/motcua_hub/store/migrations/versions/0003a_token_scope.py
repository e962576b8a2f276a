"""Tokens of the API that may write."""

import sqlalchemy as sa
from alembic import op

revision = "0003a"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "api_token",
        sa.Column("scope", sa.String(length=8), server_default="read", nullable=False),
    )
