"""Events that became readable after they had been taken in: stubs with a body, facts understood."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event_late",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("event", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_late")),
    )
    unread = sa.text("body IS NULL OR quarantined IS NOT NULL")
    op.create_index(
        "ix_event_unread", "event", ["site", "id"], sqlite_where=unread, postgresql_where=unread
    )
