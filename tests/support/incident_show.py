"""Incidents to look at: a parent with children, a fault with a long story, news, a closed one."""

from typing import Any

from sqlalchemy import Connection, insert

from motcua_hub.desk import acts
from motcua_hub.domain.incident.lifecycle import Act
from motcua_hub.domain.incident.promises import Promised
from motcua_hub.domain.incident.state import Entry
from motcua_hub.domain.incident.vocabulary import Happening
from motcua_hub.store import schema, timelines
from motcua_hub.store.engine import writing
from motcua_hub.store.incidents import Opening, open_incident
from support.hub_seed import NOW, HubWeb

MINUTE = 60_000
HOUR = 60 * MINUTE
UNITS = ((1, "Ban Quản lý dự án Hạ tầng"), (2, "Nhà mạng A"), (3, "Tổ giúp việc phường"))


def _entry(happening: Happening, at: int, **detail: object) -> Entry:
    return Entry(happening=happening, at=at, detail=detail)


def seed_incidents(hub: HubWeb) -> dict[str, int]:
    """Their ids by name."""
    with writing(hub.engine) as connection:
        for number, name in UNITS:
            connection.execute(
                insert(schema.unit).values(id=number, name=name, begins="2026-01-01", changed_at=1)
            )
        link = _link(connection)
        return {"link": link, "fault": _fault(connection), "news": _news(connection)}


def _open(connection: Connection, at: int, **more: Any) -> int:
    return open_incident(connection, Opening(**more), at)


def _link(connection: Connection) -> int:
    onset = NOW - 3 * HOUR
    incident = _open(
        connection, onset + 45_000, kind="down", site="ben-thanh", subject="ben-thanh.link",
        target="ben-thanh.link", target_kind="site_link", severity=2, responsible="link",
        carrier="Nhà mạng A", onset=onset, confirmed=onset + 45_000, watched=True,
        ack_due=NOW - 2 * HOUR, repair_due=NOW + 2 * HOUR,
    )  # fmt: skip
    child = _open(
        connection, onset + 60_000, kind="down", site="ben-thanh", subject="ben-thanh.quay",
        target="ben-thanh.quay", target_kind="service", severity=2, onset=onset,
        confirmed=onset + 60_000, watched=True,
    )  # fmt: skip
    pieces = [
        {"id": "1", "kind": "symptom", "what": "silence", "at": onset},
        {"id": "2", "kind": "reach", "at": onset, "until": NOW, "gateway": True, "hub": False},
        {"id": "3", "kind": "ups", "at": onset - HOUR, "until": NOW, "status": "OL"},
    ]
    timelines.append(
        connection,
        incident,
        [
            _entry(
                Happening.CAUSE_SET, onset + 45_000, cause="link", confidence=500, rule=10,
                provisional=True, evidence=pieces[:1],
            ),
            _entry(Happening.ROUTED, onset + 50_000, unit=1, name=UNITS[0][1]),
            _entry(Happening.JOINED, onset + 60_000, child=child),
            _entry(Happening.JOINED, onset + 61_000, target="ben-thanh.may-in-mang"),
            _entry(Happening.DEADLINE_MISSED, NOW - 2 * HOUR, which="acknowledge"),
        ],
    )  # fmt: skip
    timelines.append(connection, child, [_entry(Happening.JOINED, onset + 60_000, parent=incident)])
    act = Act("admin", NOW - HOUR)
    acts.reroute(connection, incident, act, 2, UNITS[1][1], "cáp quang thuộc nhà mạng quản lý")
    acts.acknowledge(connection, incident, act)
    acts.carrier_case(connection, incident, act, "Nhà mạng A", "HP-2026-004711")
    acts.watch(connection, incident, act, 3, UNITS[2][1])
    acts.workaround(connection, incident, act, "Điểm làm việc ngoại tuyến, hồ sơ nhập sau.")
    timelines.append(
        connection,
        incident,
        [
            _entry(
                Happening.CAUSE_CHANGED, NOW - MINUTE, cause="wan", confidence=999, rule=3,
                provisional=False, evidence=pieces, doubts=["hub_was_away"],
            )
        ],
    )  # fmt: skip
    return incident


def _fault(connection: Connection) -> int:
    incident = _open(
        connection, NOW - 20 * MINUTE, kind="fault", site="phu-lien", subject="printer",
        detail="paper_out", severity=1, responsible="hardware", onset=NOW - 21 * MINUTE,
        confirmed=NOW - 20 * MINUTE, watched=True, ack_due=NOW - 5 * MINUTE,
        repair_due=NOW + 3 * HOUR,
        promise=Promised(
            version=0, since=NOW - 20 * MINUTE, base=NOW - 20 * MINUTE, acknowledge=15 * MINUTE,
            repair=4 * HOUR, clock=True,
        ),
    )  # fmt: skip
    piece = {"id": "printer", "kind": "fault", "code": "paper_out", "at": NOW - 21 * MINUTE}
    cause = _entry(
        Happening.CAUSE_SET, NOW - 20 * MINUTE, cause="device", confidence=900, rule=0,
        provisional=False, evidence=[piece],
    )  # fmt: skip
    lost = [
        _entry(
            Happening.NOTED, NOW - 18 * MINUTE, what="undelivered", name="Trực kỹ thuật",
            channel="sms",
        ),
        _entry(Happening.NOTED, NOW - 17 * MINUTE, what="unreached"),
    ]  # fmt: skip
    timelines.append(connection, incident, [cause, *lost])
    connection.execute(
        insert(schema.escalation).values(
            incident=incident, round=1, epoch=0, state="running", unit=1,
            unreached_at=NOW - 17 * MINUTE, changed_at=NOW,
        )
    )  # fmt: skip
    return incident


def _news(connection: Connection) -> int:
    incident = _open(
        connection, NOW - 9 * HOUR, kind="power_event", site="na-son", subject="ups",
        detail="on_battery", severity=4, responsible="power", onset=NOW - 9 * HOUR, watched=True,
    )  # fmt: skip
    over = [
        _entry(Happening.RESTORED, NOW - 8 * HOUR, ended=NOW - 8 * HOUR),
        _entry(Happening.CLOSED, NOW - 8 * HOUR, reason="by_itself"),
    ]
    timelines.append(connection, incident, over)
    return incident
