"""Incidents with a life: owner, cause, timeline, watchers.

What there was keeps its place: every incident gets the entry with which its timeline begins, and
closed ones the one with which it ends.
"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger()
_SOFTWARE = "software"


def _id() -> sa.Column[int]:
    return sa.Column(
        "id",
        sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
        autoincrement=True,
        nullable=False,
    )


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), server_default="", nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, _BIG, server_default="0", nullable=False)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)


def _columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("target", sa.String(length=64), nullable=True),
        _text("target_kind", 16),
        _flag("watched"),
        sa.Column("parent", _BIG, nullable=True),
        sa.Column("severity", sa.Integer(), server_default="3", nullable=False),
        _text("responsible", 16),
        _text("cause", 16),
        sa.Column("confidence", sa.Integer(), server_default="0", nullable=False),
        _flag("provisional"),
        sa.Column("rule", sa.Integer(), server_default="0", nullable=False),
        _count("onset_at"),
        *(sa.Column(name, _BIG, nullable=True) for name in ("confirmed_at", "restored_at")),
        sa.Column("acknowledged_at", _BIG, nullable=True),
        _text("acknowledged_by", 64),
        sa.Column("fixed_at", _BIG, nullable=True),
        sa.Column("unit", _BIG, nullable=True),
        _text("owner", 120),
        _count("transfers"),
        *(sa.Column(name, _BIG, nullable=True) for name in ("ack_due_at", "repair_due_at")),
        _flag("ack_missed"),
        _flag("repair_missed"),
        _text("carrier", 64),
        _text("carrier_case", 80),
        sa.Column("workaround", sa.Text(), server_default="", nullable=False),
        sa.Column("fix", sa.Text(), server_default="", nullable=False),
        _flag("force_majeure"),
        _count("reports"),
    ]


def _event() -> None:
    op.create_table(
        "incident_event",
        _id(),
        sa.Column("incident", _BIG, nullable=False),
        sa.Column("at", _BIG, nullable=False),
        sa.Column("happening", sa.String(length=24), nullable=False),
        _text("actor", 64),
        sa.Column("detail", sa.Text(), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_event")),
    )
    with op.batch_alter_table("incident_event", schema=None) as batch_op:
        batch_op.create_index("ix_incident_event_incident_id", ["incident", "id"], unique=False)


def _others() -> None:
    op.create_table(
        "incident_watcher",
        sa.Column("incident", _BIG, autoincrement=False, nullable=False),
        sa.Column("unit", _BIG, autoincrement=False, nullable=False),
        sa.Column("added_at", _BIG, nullable=False),
        _text("added_by", 64),
        sa.PrimaryKeyConstraint("incident", "unit", name=op.f("pk_incident_watcher")),
    )
    with op.batch_alter_table("incident_watcher", schema=None) as batch_op:
        batch_op.create_index("ix_incident_watcher_unit", ["unit"], unique=False)

    op.create_table(
        "incident_report",
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("report", sa.String(length=64), nullable=False),
        sa.Column("incident", _BIG, nullable=False),
        sa.Column("at", _BIG, nullable=False),
        _text("component", 80),
        sa.Column("counter", sa.Integer(), nullable=True),
        _text("note", 400),
        sa.Column("withdrawn_at", _BIG, nullable=True),
        sa.PrimaryKeyConstraint("site", "report", name=op.f("pk_incident_report")),
    )
    with op.batch_alter_table("incident_report", schema=None) as batch_op:
        batch_op.create_index("ix_incident_report_incident", ["incident"], unique=False)

    op.create_table(
        "desk_cursor",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("at", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_desk_cursor")),
    )


def _incident() -> None:
    with op.batch_alter_table("incident", schema=None) as batch_op:
        for column in _columns():
            batch_op.add_column(column)
        batch_op.create_index("ix_incident_target_onset_at", ["target", "onset_at"], unique=False)
        batch_op.create_index("ix_incident_parent", ["parent"], unique=False)
        batch_op.create_index("ix_incident_opened_at", ["opened_at"], unique=False)


def _begin_timelines() -> None:
    """Incidents of before, as if they had been opened and closed under the new rules."""
    held = sa.table(
        "incident",
        *(sa.column(name) for name in ("id", "site", "kind", "subject", "opened_at")),
        *(sa.column(name) for name in ("closed_at", "closed_by", "detail")),
        *(sa.column(name) for name in ("onset_at", "responsible")),
    )
    entry = sa.table(
        "incident_event",
        *(sa.column(name) for name in ("incident", "at", "happening", "actor", "detail")),
    )
    connection = op.get_bind()
    connection.execute(sa.update(held).values(onset_at=held.c.opened_at, responsible=_SOFTWARE))
    for row in connection.execute(sa.select(held).order_by(held.c.id)).mappings().all():
        told = {name: row[name] for name in ("kind", "site", "subject", "detail", "responsible")}
        told |= {"onset": row["opened_at"], "confirmed": row["opened_at"], "severity": 3}
        begun = {"happening": "opened", "actor": "", "detail": json.dumps(told)}
        connection.execute(
            sa.insert(entry).values(incident=row["id"], at=row["opened_at"], **begun)
        )
        if row["closed_at"] is not None:
            over = {"happening": "closed", "actor": row["closed_by"] or "", "detail": "{}"}
            connection.execute(
                sa.insert(entry).values(incident=row["id"], at=row["closed_at"], **over)
            )


def _begin_reading() -> None:
    """Officers' reports of before are history: the desk reads those that come from now on."""
    event = sa.table("event", sa.column("id"))
    cursor = sa.table("desk_cursor", sa.column("name"), sa.column("at"))
    connection = op.get_bind()
    newest = connection.scalar(sa.select(sa.func.max(event.c.id))) or 0
    connection.execute(sa.insert(cursor).values(name="reports", at=newest))


def _guard_sqlite() -> None:
    """`REPLACE` deletes without telling triggers, so an insert is looked at too."""
    taken = "WHEN EXISTS (SELECT 1 FROM incident_event WHERE id = NEW.id)"
    refuse = "BEGIN SELECT RAISE(ABORT, 'incident_event is append-only'); END"
    for name, when in (
        ("update", "BEFORE UPDATE ON incident_event"),
        ("delete", "BEFORE DELETE ON incident_event"),
        ("replace", f"BEFORE INSERT ON incident_event {taken}"),
    ):
        op.execute(f"CREATE TRIGGER incident_event_no_{name} {when} {refuse}")


def _guard_postgresql() -> None:
    """`motcua_append_only` is of migration 0004."""
    for what, each in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER incident_event_no_{what.lower()} BEFORE {what} ON incident_event "
            f"FOR EACH {each} EXECUTE FUNCTION motcua_append_only()"
        )


def upgrade() -> None:
    _incident()
    _event()
    _others()
    _begin_timelines()
    _begin_reading()
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()
