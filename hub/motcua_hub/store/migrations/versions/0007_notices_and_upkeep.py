"""Interruption notices, calibration and servicing."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "asset_life",
        sa.Column("asset", _ID, autoincrement=False, nullable=False),
        sa.Column("bought_on", sa.String(length=10), nullable=True),
        sa.Column("handed_over_on", sa.String(length=10), nullable=True),
        sa.Column("warranty_until", sa.String(length=10), nullable=True),
        sa.Column("interval_days", sa.Integer(), nullable=True),
        sa.Column("unit", sa.String(length=120), server_default="", nullable=False),
        sa.Column("promised_minutes", sa.Integer(), nullable=True),
        sa.Column("spare", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("asset", name=op.f("pk_asset_life")),
    )
    op.create_table(
        "document",
        sa.Column("series", sa.String(length=16), nullable=False),
        sa.Column("subject", _ID, autoincrement=False, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("series", "subject", name=op.f("pk_document")),
    )
    op.create_table(
        "legal_hold",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("series", sa.String(length=16), nullable=False),
        sa.Column("subject", _ID, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("since_by", sa.String(length=64), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("until_by", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    with op.batch_alter_table("legal_hold", schema=None) as batch_op:
        batch_op.create_index("ix_legal_hold_series_subject", ["series", "subject"], unique=False)

    op.create_table(
        "model_interval",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=200), server_default="", nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("kind", "model", name=op.f("pk_model_interval")),
    )
    op.create_table(
        "notice",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("incident", _ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("about", _ID, nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("rule", sa.String(length=32), server_default="", nullable=False),
        sa.Column("site", sa.String(length=32), server_default="", nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("written_by", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("drafted_at", sa.BigInteger(), nullable=False),
        sa.Column("approved_at", sa.BigInteger(), nullable=True),
        sa.Column("approved_by", sa.String(length=64), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("sent_by", sa.String(length=64), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("head", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint(
            "incident", "kind", "episode", name=op.f("uq_notice_incident_kind_episode")
        ),
        sa.UniqueConstraint("year", "number", name=op.f("uq_notice_year_number")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("ix_notice_state", ["state"], unique=False)

    op.create_table(
        "notice_recipient",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("grp", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.String(length=10), nullable=False),
        sa.Column("valid_until", sa.String(length=10), nullable=True),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("added_by", sa.String(length=64), nullable=False),
        sa.Column("ended_by", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_recipient")),
    )
    with op.batch_alter_table("notice_recipient", schema=None) as batch_op:
        batch_op.create_index("ix_notice_recipient_grp", ["grp"], unique=False)

    op.create_table(
        "servicing",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("asset", _ID, nullable=False),
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("duty", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("done_on", sa.String(length=10), nullable=False),
        sa.Column("result", sa.String(length=8), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("technician", sa.String(length=120), nullable=False),
        sa.Column("witness", sa.String(length=120), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("signed_at", sa.BigInteger(), nullable=True),
        sa.Column("signed_by", sa.String(length=64), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("incident", _ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_servicing")),
        sa.UniqueConstraint("year", "number", name=op.f("uq_servicing_year_number")),
    )
    with op.batch_alter_table("servicing", schema=None) as batch_op:
        batch_op.create_index("ix_servicing_asset_done_on", ["asset", "done_on"], unique=False)
        batch_op.create_index("ix_servicing_done_on", ["done_on"], unique=False)

    op.create_table(
        "yearly_number",
        sa.Column("series", sa.String(length=16), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", "year", name=op.f("pk_yearly_number")),
    )
    op.create_table(
        "yearly_plan",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("rows", sa.Text(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_yearly_plan")),
    )
    op.create_table(
        "yearly_plan_step",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_yearly_plan_step")),
    )
    with op.batch_alter_table("yearly_plan_step", schema=None) as batch_op:
        batch_op.create_index("ix_yearly_plan_step_year", ["year"], unique=False)

    op.create_table(
        "notice_delivery",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("notice", _ID, nullable=False),
        sa.Column("recipient", _ID, nullable=False),
        sa.Column("grp", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("outbox_key", sa.String(length=120), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.Column("read_how", sa.String(length=8), nullable=True),
        sa.ForeignKeyConstraint(
            ["notice"], ["notice.id"], name=op.f("fk_notice_delivery_notice"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_delivery")),
        sa.UniqueConstraint("outbox_key", name=op.f("uq_notice_delivery_outbox_key")),
    )
    with op.batch_alter_table("notice_delivery", schema=None) as batch_op:
        batch_op.create_index("ix_notice_delivery_notice", ["notice"], unique=False)

    op.create_table(
        "notice_revision",
        sa.Column("notice", _ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice"], ["notice.id"], name=op.f("fk_notice_revision_notice"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("notice", "revision", name=op.f("pk_notice_revision")),
    )
    if op.get_bind().dialect.name == "sqlite":
        _seal_sqlite()
    else:
        _seal_postgresql()


# What was sent or signed stays as it was, whoever asks; it goes as a whole, after its time.
_SEALED = {
    "notice": "OLD.state = 'sent'",
    "servicing": "OLD.state = 'signed'",
    "document": "1 = 1",
    "notice_revision": "1 = 1",
}


def _seal_sqlite() -> None:
    for table, sealed in _SEALED.items():
        op.execute(
            f"CREATE TRIGGER {table}_sealed BEFORE UPDATE ON {table} WHEN {sealed} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is sealed'); END"
        )


def _seal_postgresql() -> None:
    op.execute("""
        CREATE FUNCTION motcua_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is sealed', TG_TABLE_NAME;
        END $$
    """)
    for table, sealed in _SEALED.items():
        op.execute(
            f"CREATE TRIGGER {table}_sealed BEFORE UPDATE ON {table} FOR EACH ROW "
            f"WHEN ({sealed}) EXECUTE FUNCTION motcua_sealed()"
        )
