"""Targets, their probes, evidence and the hub's own sign of life.

Evidence, the record of its purges and the rules of targets are only ever added to: triggers refuse
anything else, on both databases. Evidence goes only by a purge on record, after five years at the
earliest, and not while it is held.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003a"
branch_labels = None
depends_on = None

# 1826 days in ms: the shortest five years
_FIVE_YEARS = 157_766_400_000
_PURGED = f"""EXISTS (
    SELECT 1 FROM evidence_purge AS p WHERE OLD.n BETWEEN p.first AND p.last
    AND OLD.end_at < p.before_at AND p.before_at + {_FIVE_YEARS} <= p.made_at
) AND NOT EXISTS (
    SELECT 1 FROM evidence_hold AS h
    WHERE h.ended_at IS NULL AND h.target IN ('', OLD.target)
)"""  # noqa: S608 - our own names
_APPEND_ONLY = ("evidence", "evidence_purge", "target_rule")


def _correction() -> None:
    op.create_table(
        "correction",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.Column("sli", sa.String(length=16), nullable=False),
        sa.Column("begin_at", sa.BigInteger(), nullable=False),
        sa.Column("end_at", sa.BigInteger(), nullable=False),
        sa.Column("claim", sa.String(length=8), nullable=False),
        sa.Column("cause", sa.String(length=64), server_default="", nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("evidence", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index("ix_correction_target", "correction", ["target"], unique=False)


def _evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column(
            "n",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.Column("sli", sa.String(length=16), nullable=False),
        sa.Column("begin_at", sa.BigInteger(), nullable=False),
        sa.Column("end_at", sa.BigInteger(), nullable=False),
        sa.Column("claim", sa.String(length=8), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("vantage", sa.String(length=64), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("boot_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("cause", sa.String(length=64), server_default="", nullable=False),
        sa.Column("payload_hash", sa.String(length=64), server_default="", nullable=False),
        sa.Column("blip", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("edge", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("superseded_by", sa.String(length=200), server_default="", nullable=False),
        sa.Column("twin", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_evidence")),
    )
    op.create_index("ix_evidence_id", "evidence", ["id"], unique=False)
    op.create_index("ix_evidence_target_end_at", "evidence", ["target", "end_at"], unique=False)


def _evidence_head() -> None:
    op.create_table(
        "evidence_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_head")),
    )


def _evidence_hold() -> None:
    op.create_table(
        "evidence_hold",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("target", sa.String(length=64), server_default="", nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("begun_by", sa.String(length=64), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_hold")),
    )


def _evidence_purge() -> None:
    op.create_table(
        "evidence_purge",
        sa.Column(
            "first",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("before_at", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("first", name=op.f("pk_evidence_purge")),
    )


def _hub_alive() -> None:
    op.create_table(
        "hub_alive",
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("mono", sa.BigInteger(), nullable=False),
        sa.Column("boot", sa.String(length=64), nullable=False),
        sa.Column("run", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("at", name=op.f("pk_hub_alive")),
    )


def _hub_alive_span() -> None:
    op.create_table(
        "hub_alive_span",
        sa.Column("begin_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_at", sa.BigInteger(), nullable=False),
        sa.Column("run", sa.String(length=32), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("begin_at", name=op.f("pk_hub_alive_span")),
    )
    op.create_index("ix_hub_alive_span_end_at", "hub_alive_span", ["end_at"], unique=False)


def _ledger_cursor() -> None:
    op.create_table(
        "ledger_cursor",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_ledger_cursor")),
    )


def _link_word() -> None:
    op.create_table(
        "link_word",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("session", sa.String(length=128), nullable=False),
        sa.Column("boot", sa.String(length=128), server_default="", nullable=False),
        sa.Column("why", sa.String(length=200), server_default="", nullable=False),
        sa.Column("retained", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("heard_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_word")),
    )
    op.create_index("ix_link_word_site_id", "link_word", ["site", "id"], unique=False)


def _open_claim() -> None:
    op.create_table(
        "open_claim",
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.Column("sli", sa.String(length=16), nullable=False),
        sa.Column("vantage", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("claim", sa.String(length=8), nullable=False),
        sa.Column("begin_at", sa.BigInteger(), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=False),
        sa.Column("horizon", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("settled_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("cause", sa.String(length=64), server_default="", nullable=False),
        sa.Column("blip", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("edge", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("boot_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("target", "sli", "vantage", name=op.f("pk_open_claim")),
    )


def _target() -> None:
    op.create_table(
        "target",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("site", sa.String(length=32), nullable=True),
        sa.Column("parent", sa.String(length=64), nullable=True),
        sa.Column("unit", sa.String(length=64), server_default="", nullable=False),
        sa.Column("carrier", sa.String(length=64), server_default="", nullable=False),
        sa.Column("component", sa.String(length=48), nullable=True),
        sa.Column("asset", sa.BigInteger(), nullable=True),
        sa.Column("policy", sa.Text(), server_default="{}", nullable=False),
        sa.Column("life_begin", sa.BigInteger(), nullable=False),
        sa.Column("life_end", sa.BigInteger(), nullable=True),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("retired_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
    )
    op.create_index("ix_target_parent", "target", ["parent"], unique=False)
    op.create_index("ix_target_site", "target", ["site"], unique=False)


def _target_probe() -> None:
    op.create_table(
        "target_probe",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.Column("vantage", sa.String(length=64), nullable=False),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("retired_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_probe")),
    )
    op.create_index("ix_target_probe_target", "target_probe", ["target"], unique=False)
    op.create_index("ix_target_probe_vantage", "target_probe", ["vantage"], unique=False)


def _target_rule() -> None:
    op.create_table(
        "target_rule",
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("parent", sa.String(length=64), nullable=True),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("target", "version", name=op.f("pk_target_rule")),
    )


def _timeline_chunk() -> None:
    op.create_table(
        "timeline_chunk",
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.Column("sli", sa.String(length=16), nullable=False),
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.Column("basis", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("segments", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("target", "sli", "chunk", name=op.f("pk_timeline_chunk")),
    )


def _timeline_stale() -> None:
    op.create_table(
        "timeline_stale",
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("target", "chunk", name=op.f("pk_timeline_stale")),
    )


def _vantage() -> None:
    op.create_table(
        "vantage",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("reference_list", sa.Text(), server_default="[]", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vantage")),
    )


def _guard_sqlite() -> None:
    """`REPLACE` deletes without telling triggers, so an insert is looked at too."""
    for table in _APPEND_ONLY:
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
        when = f" WHEN NOT ({_PURGED})" if table == "evidence" else ""
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}{when} {refuse}")
    for table, same in (
        ("evidence", "n = NEW.n"),
        ("evidence_purge", "first = NEW.first"),
        ("target_rule", "target = NEW.target AND version = NEW.version"),
    ):
        taken = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - our own names
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} {taken} {refuse}")


def _guard_postgresql() -> None:
    op.execute("""
        CREATE FUNCTION motcua_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
        END $$
    """)
    op.execute(f"""
        CREATE FUNCTION motcua_evidence_goes() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {_PURGED} THEN
                RETURN OLD;
            END IF;
            RAISE EXCEPTION 'evidence is append-only';
        END $$
    """)
    for table in _APPEND_ONLY:
        goes = "motcua_evidence_goes" if table == "evidence" else "motcua_append_only"
        refuse = "FOR EACH ROW EXECUTE FUNCTION"
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            f"{refuse} motcua_append_only()"
        )
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse} {goes}()")
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION motcua_append_only()"
        )


def upgrade() -> None:
    _correction()
    _evidence()
    _evidence_head()
    _evidence_hold()
    _evidence_purge()
    _hub_alive()
    _hub_alive_span()
    _ledger_cursor()
    _link_word()
    _open_claim()
    _target()
    _target_probe()
    _target_rule()
    _timeline_chunk()
    _timeline_stale()
    _vantage()
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()
