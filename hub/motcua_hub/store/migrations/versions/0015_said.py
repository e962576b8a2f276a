"""What components say of themselves, as keys and values beside the English text."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLES = ("health_report", "device_health", "health_span")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("said", sa.Text(), server_default="", nullable=False))
