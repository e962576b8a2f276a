"""Incidents as the desk writes them, for tests of what is made of them; and a hub's people."""

import json
import re

from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, insert, select, update

from motcua_hub.domain.localtime import day_of
from motcua_hub.domain.notice.text import Letterhead
from motcua_hub.domain.upkeep.checklists import Form, checklist
from motcua_hub.domain.upkeep.duties import Duty
from motcua_hub.ledger import targets
from motcua_hub.ledger.targets import Kind, Target
from motcua_hub.store import assets, schema, servicing
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.servicing import Interval, Life
from motcua_hub.upkeep import acts, holding, minutes
from motcua_hub.upkeep.drafting import Desk
from motcua_hub.upkeep.holding import Series
from motcua_hub.upkeep.watch import Watch
from motcua_hub.upkeep.words import vietnamese
from motcua_hub.web.security import sessions
from support.hub_seed import ADMIN, DAY_MS, HOUR, MINUTE, NOW, HubWeb

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
        "subject": "link.ben-thanh",
        "target": "link.ben-thanh",
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


def name_links(connection: Connection) -> None:
    """Two links in the list of targets."""
    names = {"ben-thanh": "phường Bến Thành", "na-son": "xã Na Son"}
    for site, name in names.items():
        title = f"đường truyền của Trung tâm PVHCC {name}"
        link = Target(id=f"link.{site}", name=title, kind=Kind.SITE_LINK, site=site, life_begin=NOW)
        targets.add(connection, link, NOW)


def seed_upkeep(hub: HubWeb) -> list[str]:
    """Everything that the pages of notices and maintenance can show; the paths of read links."""
    with writing(hub.engine) as connection:
        table = schema.asset
        connection.execute(table.update().values(added_at=NOW - 700 * DAY_MS))
        lives = {
            8: Life(asset=8, bought_on="2018-01-01", unit="UBND phường Bến Thành"),
            10: Life(asset=10, bought_on="2022-03-01", promised_minutes=15),
        }
        for life in lives.values():
            servicing.set_life(connection, life, actor=ADMIN, now=NOW)
        maker = {"kind": "kiosk", "model": "X-200", "days": 90, "source": "Sổ tay X-200, mục 7"}
        servicing.set_interval(connection, Interval(**maker, changed_at=NOW, changed_by=ADMIN))
        _checked(connection, 9, {"item-clock_drift": "0,4"}, "2026-03-10")
        _checked(connection, 9, {"item-clock_drift": "3,5"}, "2026-11-20")
        _checked(connection, 7, {"item-dead_pixels": "7", "why-dead_pixels": WHY}, "2026-11-10")
        name_recipients(connection, tuple(GROUPS)[:4])
        name_links(connection)
        outage(connection)
        outage(connection, NOW - HOUR, target="link.na-son", site="na-son", cause="power")
    made = Watch(hub.engine, DESK).round(NOW + 8_000)
    with writing(hub.engine) as connection:
        acts.approve(connection, made[0], 1, actor=ADMIN, now=NOW + MINUTE)
        url, why = "https://hub.example", "Ông Nguyễn Văn Bình đã được báo trực tiếp"
        acts.send(
            connection, DESK, made[0], base_url=url, actor=ADMIN, now=NOW + 2 * MINUTE, why=why
        )
        bodies = connection.scalars(select(schema.outbox.c.body).order_by(schema.outbox.c.id))
        links = [re.search(rf"{url}(/notices/read/\S+)", body) for body in bodies]
        found = [link.group(1) for link in links if link is not None]
        acts.confirm(connection, found[1].rpartition("/")[2], "page", NOW + HOUR)
        _held(connection)
    return found


def _held(connection: Connection) -> None:
    """Orders to keep things: one that holds, one that somebody asked to lift, one that is over."""
    order = "Thanh tra tỉnh, Quyết định 12/QĐ-TTr ngày 20/11/2026"
    made = [
        holding.order(connection, series, thing, order, who="binh", now=NOW)
        for series, thing in ((Series.INCIDENT, "1"), (Series.NOTICE, "1"), (Series.SERVICING, "2"))
    ]
    for number in made[1:]:
        why = "Thanh tra đã có kết luận"
        holding.ask_lift(connection, number, why, who="binh", now=NOW + HOUR)
    holding.lift(connection, made[2], who=ADMIN, now=NOW + 2 * HOUR)


WHY = "Thay màn hình trong tháng 12 theo kế hoạch"


def _checked(connection: Connection, number: int, form: dict[str, str], day: str) -> None:
    """Signed minutes of a device, all else in them being good."""
    site = connection.scalar(select(schema.asset.c.site).where(schema.asset.c.id == number))
    asset = assets.find(connection, site or "", number)
    assert asset is not None
    usual = {
        f"item-{item.key}": "yes" if item.form is Form.CHECK else f"{item.high:g}"
        for item in checklist(asset.kind, Duty.CALIBRATION)
    }
    said = usual | form | {"technician": "Trần Văn Cường", "witness": "Lê Thị Dung", "done_on": day}
    items = checklist(asset.kind, Duty.CALIBRATION)
    today = day_of(NOW)
    judged = minutes.judged(asset, Duty.CALIBRATION, said, items, promised=None, today=today)
    record = servicing.record(connection, judged, actor=ADMIN, now=NOW)
    minutes.sign(connection, DESK, record, actor=ADMIN, now=NOW)
