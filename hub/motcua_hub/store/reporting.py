"""When which report is made by itself, who gets it, and the one template of the province."""

from typing import Final

import msgspec
from sqlalchemy import Connection, insert, select, update

from motcua_hub.domain.reporting.periods import PeriodKind
from motcua_hub.store import schema
from motcua_hub.store.upsert import insert_new

_plan, _template = schema.report_plan, schema.report_template
FIRST_DAY: Final = 1
SEVEN: Final = 7


class ReportPlan(msgspec.Struct, frozen=True, kw_only=True):
    """When the reports of a kind are made. `since`: periods that ended before are not owed."""

    kind: PeriodKind
    enabled: bool = True
    day: int = FIRST_DAY
    hour: int = SEVEN
    recipients: tuple[str, ...] = ()
    since: int = 0
    set_at: int = 0
    set_by: str = ""


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """What stands above and below every report; one for the whole province (R46)."""

    parent: str = ""
    org: str = ""
    place: str = ""
    signer: str = ""
    signer_name: str = ""
    receivers: tuple[str, ...] = ()
    note: str = ""


def begin(connection: Connection, now: int) -> None:
    """From now on reports are owed, on the first day at seven, unless that was said before."""
    rows = [
        {
            "kind": kind.value,
            "enabled": True,
            "day": FIRST_DAY,
            "hour": SEVEN,
            "since": now,
            "set_at": now,
        }
        for kind in PeriodKind
    ]
    insert_new(connection, _plan, rows)


def plans(connection: Connection) -> tuple[ReportPlan, ...]:
    """The plan of every kind, shortest first; none before `begin`."""
    rows = {row.kind: row for row in connection.execute(select(_plan))}
    found = []
    for kind in PeriodKind:
        row = rows.get(kind.value)
        if row is not None:
            values = {name: row._mapping[name] for name in ReportPlan.__struct_fields__}  # noqa: SLF001
            who = tuple(row.recipients.split())
            found.append(ReportPlan(**{**values, "kind": kind, "recipients": who}))
    return tuple(found)


def set_plan(connection: Connection, plan: ReportPlan, now: int, who: str) -> None:
    """Change when a kind of report is made and who gets it."""
    connection.execute(
        update(_plan)
        .where(_plan.c.kind == plan.kind.value)
        .values(
            enabled=plan.enabled,
            day=plan.day,
            hour=plan.hour,
            recipients="\n".join(plan.recipients),
            set_at=now,
            set_by=who[:64],
        )
    )


def template(connection: Connection) -> Template:
    """The template in force."""
    query = select(_template.c.body).where(_template.c.replaced_at.is_(None))
    found = connection.scalar(query.order_by(_template.c.id.desc()).limit(1))
    return Template() if found is None else msgspec.json.decode(found, type=Template)


def set_template(connection: Connection, held: Template, sha256: str, now: int, who: str) -> None:
    """Put another template in force; reports that were made keep theirs."""
    connection.execute(
        update(_template).where(_template.c.replaced_at.is_(None)).values(replaced_at=now)
    )
    body = msgspec.json.encode(held, order="sorted").decode()
    connection.execute(
        insert(_template).values(body=body, sha256=sha256, set_at=now, set_by=who[:64])
    )
