"""What a message about an incident says, gathered from the database."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, select

from motcua_contract.faults import Responsible, find
from motcua_hub.domain.health.kinds import responsible_for_outage
from motcua_hub.domain.incident.state import State
from motcua_hub.domain.incident.vocabulary import CLASS_OF_CAUSE, Cause
from motcua_hub.domain.routing.words import Matter
from motcua_hub.store import schema

_HUB: Final = "Hệ thống trung tâm"
_KINDS: Final = {
    "gap": "Nhật ký của điểm thiếu dòng",
    "conflict": "Nhật ký của điểm mâu thuẫn",
    "duplicate_identity": "Hai máy dùng chung một danh tính",
    "rolled_back": "Máy của điểm quay về bản cũ",
    "poison": "Tin nhắn không đọc được",
    "quarantine": "Dữ liệu bị cách ly",
    "backup_failed": "Sao lưu",
    "hub": "Hệ thống trung tâm",
    "carrier": "Đường truyền của nhà mạng",
    "servicing": "Thiết bị không đạt hiệu chuẩn",
    "power_event": "Nguồn điện",
    "no_route": "Danh bạ trách nhiệm thiếu đơn vị",
}
_STATES: Final = {
    "power_event": "chuyển sang ắc quy",
    "certificate": "có chứng thư số (TLS) sắp hết hạn",
    "backup_failed": "không thành công",
    "servicing": "cần sửa chữa",
}


def responsible(row: Mapping[Any, Any]) -> str:
    """The class of repairers: as the desk says, else by cause, else by kind of target."""
    if row["responsible"]:
        return str(row["responsible"])
    cause = row["cause"]
    if cause in set(Cause) and Cause(cause) in CLASS_OF_CAUSE:
        return CLASS_OF_CAUSE[Cause(cause)].value
    kind = row["target_kind"]
    return (responsible_for_outage(kind) if kind else Responsible.SOFTWARE).value


def matter(
    connection: Connection,
    row: Mapping[Any, Any],
    state: State,
    *,
    holder: str,
    url: str,
    ended_at: int | None,
) -> Matter:
    """What is told of an incident: `row` is its row, `state` its timeline folded."""
    component, _, code = row["subject"].partition("/")
    fault = find(component, code) if code else None
    run = state.run
    return Matter(
        incident=row["id"],
        site=_site(connection, row["site"]),
        thing=_thing(connection, row, fault.card.title if fault else ""),
        kind=row["target_kind"] if row["kind"] == "down" else row["kind"],
        state=": báo lỗi" if fault else _STATES.get(row["kind"], ""),
        severity=row["severity"],
        since=run.onset,
        cause=row["cause"],
        confidence=row["confidence"],
        provisional=row["provisional"],
        responsible=responsible(row),
        holder=holder,
        due_at=row["repair_due_at"],
        ended_at=ended_at,
        masked=_masked(connection, row["id"], state),
        url=f"{url.rstrip('/')}/incidents/{row['id']}" if url else "",
    )


def _site(connection: Connection, site: str) -> str:
    if not site or site == "hub":
        return _HUB
    name = connection.scalar(select(schema.site.c.name).where(schema.site.c.id == site))
    return name or site


def _target(connection: Connection, target: str | None) -> str:
    if not target:
        return ""
    table = schema.target
    return connection.scalar(select(table.c.name).where(table.c.id == target)) or target


def _thing(connection: Connection, row: Mapping[Any, Any], title: str) -> str:
    named = _target(connection, row["target"])
    if title:
        return f"{named} – {title}" if named else title
    return named or _KINDS.get(row["kind"]) or row["subject"] or row["kind"]


def _masked(connection: Connection, incident: int, state: State) -> Sequence[str]:
    table = schema.incident
    children = select(table.c.target, table.c.subject, table.c.kind).where(
        table.c.parent == incident, table.c.closed_at.is_(None)
    )
    named = [
        _target(connection, row.target) or row.subject or row.kind
        for row in connection.execute(children.order_by(table.c.id))
    ]
    named += [_target(connection, target) for target in state.masked]
    return tuple(dict.fromkeys(named))
