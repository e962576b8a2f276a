"""What sites should run and what they made of it; boots, programs, ticks and probes of sites."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _desired()
    _boots()
    _ticks()


def _desired() -> None:
    op.create_table(
        "desired_config",
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("site", "version", name=op.f("pk_desired_config")),
    )
    op.create_table(
        "desired_report",
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("running", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("site", name=op.f("pk_desired_report")),
    )


def _boots() -> None:
    op.create_table(
        "site_boot",
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("boot", sa.String(length=64), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=True),
        sa.Column("doubt", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("met_hub", sa.BigInteger(), nullable=True),
        sa.Column("met_mono", sa.BigInteger(), nullable=True),
        sa.Column("met_trip", sa.BigInteger(), nullable=True),
        sa.Column("synced_offset", sa.BigInteger(), nullable=True),
        sa.Column("before", sa.String(length=64), nullable=True),
        sa.Column("clean", sa.String(length=32), server_default="", nullable=False),
        sa.Column("clean_mono", sa.BigInteger(), nullable=True),
        sa.Column("joined", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("heard_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("site", "boot", name=op.f("pk_site_boot")),
    )
    with op.batch_alter_table("site_boot", schema=None) as batch_op:
        batch_op.create_index("ix_site_boot_site_before", ["site", "before"], unique=False)

    op.create_table(
        "site_run",
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("jid", sa.LargeBinary(), nullable=False),
        sa.Column("boot", sa.String(length=64), nullable=False),
        sa.Column("started_mono", sa.BigInteger(), nullable=False),
        sa.Column("parent_jid", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.String(length=64), server_default="", nullable=False),
        sa.Column("unclean", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("stopped_mono", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("cause", sa.String(length=32), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("site", "jid", name=op.f("pk_site_run")),
    )
    with op.batch_alter_table("site_run", schema=None) as batch_op:
        batch_op.create_index("ix_site_run_site_boot", ["site", "boot"], unique=False)
        batch_op.create_index("ix_site_run_site_parent", ["site", "parent_jid"], unique=False)


def _ticks() -> None:
    op.create_table(
        "site_span",
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("boot", sa.String(length=64), nullable=False),
        sa.Column("first", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("longest", sa.BigInteger(), nullable=False),
        sa.Column("run", sa.String(length=32), nullable=False),
        sa.Column("synced", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("wall_offset", sa.BigInteger(), nullable=False),
        sa.Column("failed", sa.Text(), server_default="", nullable=False),
        sa.Column("ups", sa.String(length=16), server_default="", nullable=False),
        sa.Column("gateway", sa.Boolean(), nullable=True),
        sa.Column("hub", sa.Boolean(), nullable=True),
        sa.Column("place", sa.String(length=16), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("site", "boot", "first", name=op.f("pk_site_span")),
    )
    op.create_table(
        "site_probe",
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("boot", sa.String(length=64), nullable=False),
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.Column("since", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.String(length=64), server_default="", nullable=False),
        sa.Column("confirmed", sa.BigInteger(), nullable=True),
        sa.Column("nth", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("ms", sa.BigInteger(), nullable=True),
        sa.Column("interval", sa.Integer(), nullable=False),
        sa.Column("timeout", sa.Integer(), nullable=False),
        sa.Column("n_down", sa.Integer(), nullable=False),
        sa.Column("n_up", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("site", "boot", "target", "since", name=op.f("pk_site_probe")),
    )
    with op.batch_alter_table("site_probe", schema=None) as batch_op:
        batch_op.create_index("ix_site_probe_received_at", ["received_at"], unique=False)
