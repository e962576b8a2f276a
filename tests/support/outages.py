"""Incidents as the desk writes them, for tests of what is made of them; and a hub's people."""

import json

from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, insert, select, update

from motcua_hub.domain.notice.text import Letterhead
from motcua_hub.store import schema
from motcua_hub.store.engine import reading, writing
from motcua_hub.upkeep.drafting import Desk
from motcua_hub.upkeep.words import vietnamese
from motcua_hub.web.security import sessions
from support.hub_seed import HOUR, MINUTE, NOW, HubWeb

HEAD = Letterhead(
    authority="Ủy ban nhân dân tỉnh",
    unit="Trung tâm Phục vụ hành chính công tỉnh",
    place="Vĩnh Yên",
    contact="Phòng Kỹ thuật, 0211 3862862",
    signer_title="GIÁM ĐỐC",
    mark="TB-PVHCC",
)
DESK = Desk(say=vietnamese(), head=HEAD)
GROUPS = {
    "party": "Văn phòng Tỉnh ủy",
    "council": "Văn phòng Đoàn ĐBQH và HĐND tỉnh",
    "committee": "Văn phòng UBND tỉnh",
    "agencies": "Sở Khoa học và Công nghệ",
    "persons": "Ông Nguyễn Văn Bình",
}
EMAIL = {group: f"{group}@tinh.example.vn" for group in GROUPS}


def happened(connection: Connection, incident: int, what: str, at: int, **detail: object) -> None:
    """A row of an incident's timeline."""
    row = {"incident": incident, "at": at, "happening": what, "detail": json.dumps(detail)}
    connection.execute(insert(schema.incident_event).values(row))


def outage(connection: Connection, at: int = NOW, **changed: object) -> int:
    """An incident of a link that is down since a minute before `at`, and its first row."""
    row = {
        "site": "ben-thanh",
        "kind": "down",
        "subject": "link:ben-thanh",
        "target": "link:ben-thanh",
        "target_kind": "site_link",
        "opened_at": at,
        "last_at": at,
        "onset_at": at - MINUTE,
        "confirmed_at": at,
        "severity": 1,
        "responsible": "link",
        "cause": "wan",
        "confidence": 900,
        "provisional": True,
        "repair_due_at": at + 4 * HOUR,
        **changed,
    }
    made = insert(schema.incident).values(row).returning(schema.incident.c.id)
    incident = connection.execute(made).scalar_one()
    happened(connection, incident, "opened", at)
    return incident


def turn(connection: Connection, incident: int, what: str, at: int, **changed: object) -> None:
    """Something more happened, and the incident's row follows it."""
    connection.execute(
        update(schema.incident).where(schema.incident.c.id == incident).values(changed)
    )
    happened(connection, incident, what, at)


def name_recipients(connection: Connection, groups: tuple[str, ...] = tuple(GROUPS)) -> None:
    """One recipient for each group, by e-mail."""
    rows = [
        {"grp": group, "name": GROUPS[group], "channel": "email", "address": EMAIL[group]}
        | {"valid_from": "2026-01-01", "added_at": NOW, "added_by": "quan-tri"}
        for group in groups
    ]
    connection.execute(insert(schema.notice_recipient), rows)


def rows(engine: Engine, table: str) -> list[dict[str, object]]:
    """Everything in a table, in the order of its key."""
    found = schema.metadata.tables[table]
    with reading(engine) as connection:
        keys = list(found.primary_key.columns)
        return [dict(row) for row in connection.execute(select(found).order_by(*keys)).mappings()]


def another(hub: HubWeb, name: str, role: str = "admin") -> FlaskClient:
    """A client of one more person."""
    account = {"name": name, "password_hash": "!", "role": role, "created_at": hub.clock.now}
    with writing(hub.engine) as connection:
        table = schema.account
        made = insert(table).values(account).returning(table.c.id)
        token = sessions.begin(connection, connection.execute(made).scalar_one(), hub.clock.now)
    client = hub.app.test_client()
    client.set_cookie(sessions.COOKIE, token)
    return client
