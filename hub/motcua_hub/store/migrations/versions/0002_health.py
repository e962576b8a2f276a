"""Health over time, the registry of devices, numbers of components, drills."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asset",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("component", sa.String(length=48), nullable=True),
        sa.Column("model", sa.String(length=80), server_default="", nullable=False),
        sa.Column("serial", sa.String(length=80), server_default="", nullable=False),
        sa.Column("place", sa.String(length=80), server_default="", nullable=False),
        sa.Column("address", sa.String(length=80), server_default="", nullable=False),
        sa.Column("note", sa.String(length=400), server_default="", nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("retired_at", sa.BigInteger(), nullable=True),
        sa.Column("retired_why", sa.String(length=400), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
    )
    op.create_index("ix_asset_site", "asset", ["site"], unique=False)
    op.create_table(
        "health_span",
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("component", sa.Text(), nullable=False),
        sa.Column("by_jid", sa.LargeBinary(), nullable=False),
        sa.Column("by_seq", sa.BigInteger(), nullable=False),
        sa.Column("by_depth", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), server_default="", nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("drill", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint(
            "site", "component", "by_jid", "by_seq", name=op.f("pk_health_span")
        ),
    )
    op.create_index("ix_health_span_since", "health_span", ["since"], unique=False)
    op.create_index("ix_health_span_site_since", "health_span", ["site", "since"], unique=False)
    op.create_table(
        "metric_point",
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("component", sa.String(length=48), nullable=False),
        sa.Column("quantity", sa.String(length=32), nullable=False),
        sa.Column("step_s", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.Float(), nullable=False),
        sa.Column("low", sa.Float(), nullable=False),
        sa.Column("high", sa.Float(), nullable=False),
        sa.Column("last", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint(
            "site", "component", "quantity", "step_s", "slot", name=op.f("pk_metric_point")
        ),
    )
    op.add_column("health_report", sa.Column("drill_state", sa.String(length=16), nullable=True))
    op.add_column(
        "health_report", sa.Column("drill_code", sa.Text(), server_default="", nullable=False)
    )
    op.add_column("health_report", sa.Column("drill_since", sa.BigInteger(), nullable=True))
    op.add_column(
        "health_report", sa.Column("drill_detail", sa.Text(), server_default="", nullable=False)
    )
