"""A hub database with known contents, for tests of the pages."""

import json
import random
import re
from pathlib import Path

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from msgspec import structs
from prometheus_client import CollectorRegistry
from sqlalchemy import Connection, Engine, insert, select

from motcua_hub.config import HubConfig
from motcua_hub.domain.health.kinds import DeviceClass
from motcua_hub.domain.health.spans import Span, chain
from motcua_hub.store import migrate, schema
from motcua_hub.store.engine import open_engine, reading, writing
from motcua_hub.store.numbers import keep_numbers
from motcua_hub.web.app import create_app
from motcua_hub.web.security import sessions
from motcua_hub.web.security.accounts import create_first_admin
from motcua_hub.web.security.passwords import Passwords
from support.migrated import lay

NOW = 1_795_395_600_000
"""23/11/2026 08:00:00 in Việt Nam (a Monday), as UTC ms."""
DAY = "2026-11-23"
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY_MS = 24 * HOUR
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "Mật khẩu rất dài 2026"
ADMIN = "quan-tri"


class SetClock:
    """A clock that stands where the test puts it (UTC ms)."""

    def __init__(self, now: int = NOW) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


class HubWeb:
    """A migrated database and the application on it."""

    def __init__(self, state_dir: Path, *, url: str = "", now: int = NOW) -> None:
        self.config = HubConfig(state_dir=str(state_dir), database_url=url)
        self.state_dir = state_dir
        if not url and not (state_dir / "hub.sqlite3").exists():
            lay(state_dir / "hub.sqlite3")
        self.engine: Engine = open_engine(self.config.url)
        migrate.upgrade(self.engine)
        self.clock = SetClock(now)
        self.registry = CollectorRegistry()
        self.app: Flask = create_app(
            engine=self.engine,
            config=self.config,
            registry=self.registry,
            clock=self.clock,
            hasher=CHEAP,
        )

    def close(self) -> None:
        self.engine.dispose()

    def admin(self) -> int:
        """Make the admin account and return its id."""
        passwords = Passwords(CHEAP)
        return create_first_admin(
            self.engine, passwords, name=ADMIN, password=PASSWORD, now=self.clock.now
        )

    def signed_in(self) -> FlaskClient:
        """A client with the admin's session."""
        account = self.admin()
        with writing(self.engine) as connection:
            token = sessions.begin(connection, account, self.clock.now)
        client = self.app.test_client()
        client.set_cookie(sessions.COOKIE, token)
        return client

    def rows(self, table: str) -> list[dict[str, object]]:
        """Everything in a table."""
        with reading(self.engine) as connection:
            found = connection.execute(select(schema.metadata.tables[table])).mappings()
            return [dict(row) for row in found]

    def add(self, table: str, **values: object) -> None:
        with writing(self.engine) as connection:
            connection.execute(insert(schema.metadata.tables[table]).values(**values))

    def beat(self, *, at: int | None = None, connected: bool = True) -> None:
        self.add("heartbeat", process="ingest", at=at or self.clock.now, connected=connected)


def proof_of(page: str) -> str:
    """The hidden value that a page's form carries."""
    found = re.search(r'name="proof" value="([0-9a-f]+)"', page)
    assert found is not None, "the page has no form"
    return found.group(1)


def jid_of(number: int) -> str:
    return f"{number:032x}"


def seed_site(
    connection: Connection,
    site: str,
    name: str,
    *,
    now: int = NOW,
    seen_ago: int = 20_000,
    status: str = "online",
    clock: str = "ntp",
    outbox: int = 0,
    number: int = 1,
) -> None:
    """Register a site and say when it was last heard."""
    t = schema.metadata.tables
    connection.execute(
        insert(t["site"]).values(id=site, name=name, created_at=now - 90 * 24 * HOUR)
    )
    about = {
        "v": 1,
        "device": f"{site}-pi",
        "name": name,
        "versions": {"motcua-edge": "26.11"},
        "outbox_first": 1,
        "outbox_last": 420 + outbox,
        "outbox_unacked": outbox,
    }
    connection.execute(
        insert(t["site_live"]).values(
            site=site,
            status=status,
            status_at=now - 3 * HOUR,
            boot="boot-1",
            jid=jid_of(number),
            hw="100000003d1d1c36",
            device=f"{site}-pi",
            clock=clock,
            business_day=DAY,
            last_seen_at=now - seen_ago,
            last_hello_at=now - seen_ago,
            last_event_at=now - seen_ago,
            about=json.dumps(about),
            about_at=now - seen_ago,
        )
    )


def seed_health(
    connection: Connection,
    site: str,
    states: dict[str, tuple[str, str]],
    *,
    now: int = NOW,
    heard_ago: int = 60_000,
) -> None:
    """`states`: component -> (state, code)."""
    rows = [
        {
            "site": site,
            "component": component,
            "state": state,
            "code": code,
            "since": now - 47 * MINUTE,
            "at": now - heard_ago,
            "detail": "",
            "received_at": now - heard_ago,
        }
        for component, (state, code) in states.items()
    ]
    connection.execute(insert(schema.health_report), rows)


def seed_queue(
    connection: Connection, site: str, service: str, *, issued: int, served: int, waiting: int
) -> None:
    connection.execute(
        insert(schema.queue_day).values(
            site=site,
            day=DAY,
            service=service,
            issued=issued,
            served=served,
            waiting=waiting,
            wait_n=served,
            wait_ms=served * 11 * MINUTE,
        )
    )


def ticket_row(site: str, number: int, **changes: object) -> dict[str, object]:
    """A row of `ticket`; `A<number>`, waiting, issued `number` minutes before NOW."""
    row: dict[str, object] = {
        "site": site,
        "id": f"{DAY.replace('-', '')}-A{number:03d}",
        "day": DAY,
        "label": f"A{number:03d}",
        "series": "A",
        "number": number,
        "service": "CT",
        "state": "waiting",
        "issued_at": NOW - number * MINUTE,
        "print_state": "printed",
        "counter": None,
        "officer": None,
        "called_at": None,
        "started_at": None,
        "wait_ms": None,
        "test": False,
        "updated_at": NOW,
        "last_jid": jid_of(1),
        "last_seq": number,
    }
    return row | changes


def event_row(site: str, seq: int, kind: str, body: bytes | None, **changes: object) -> dict:
    """A row of `event`, `seq` seconds before NOW."""
    at = NOW - 1000 * seq
    row = {
        "site": site,
        "jid": jid_of(1),
        "seq": seq,
        "eid": f"{seq:032x}",
        "type": kind,
        "boot": "boot-1",
        "t_mono": seq * 1000,
        "t_wall": at,
        "clock": "ntp",
        "business_day": DAY,
        "body": body,
        "digest": f"{seq:064x}",
        "received_at": at + 300,
        "best_time": at,
        "best_error": 200,
        "body_sha256": None,
        "quarantined": None,
        "subject": None,
    }
    return row | changes


OK_DEVICES = {
    "printer": ("ok", ""),
    "announcer": ("ok", ""),
    "kiosk": ("ok", ""),
    "display": ("ok", ""),
    "pad-1": ("ok", ""),
    "pad-2": ("ok", ""),
    "controller": ("ok", ""),
}


def seed_show(hub: HubWeb) -> None:
    """Six sites of every kind, one of them with everything a live page can show."""
    hub.beat()
    with writing(hub.engine) as connection:
        seed_site(connection, "ben-thanh", "Trung tâm PVHCC phường Bến Thành", number=1, outbox=3)
        seed_health(
            connection,
            "ben-thanh",
            OK_DEVICES
            | {"printer": ("problem", "paper_low"), "ups": ("problem", "on_battery")}
            | {"camera-1": ("unknown", "")},
        )
        _busy_office(connection, "ben-thanh")
        seed_registry(connection, "ben-thanh")
        seed_history(connection, "ben-thanh")
        seed_site(connection, "an-khanh", "Trung tâm PVHCC phường An Khánh", number=2)
        seed_health(connection, "an-khanh", OK_DEVICES)
        seed_queue(connection, "an-khanh", "CT", issued=88, served=61, waiting=14)
        seed_site(connection, "na-son", "Trung tâm PVHCC xã Na Son", number=3, seen_ago=26 * MINUTE)
        seed_health(connection, "na-son", OK_DEVICES, heard_ago=27 * MINUTE)
        seed_queue(connection, "na-son", "HT", issued=9, served=6, waiting=2)
        seed_site(connection, "phu-lien", "Trung tâm PVHCC phường Phù Liễn", number=4)
        seed_health(
            connection,
            "phu-lien",
            OK_DEVICES
            | {"printer": ("critical", "no_answer"), "kiosk": ("critical", "not_connected")},
        )
        seed_queue(connection, "phu-lien", "DD", issued=31, served=12, waiting=17)
        seed_site(connection, "pu-nhung", "Trung tâm PVHCC xã Pú Nhung", number=5, status="stopped")
        connection.execute(
            insert(schema.site).values(id="moi-lap", name="Điểm mới chưa kết nối", created_at=NOW)
        )
        _incidents(connection)


REGISTERED = {
    DeviceClass.LAN: ("Bộ chia mạng", "gear-switch1"),
    DeviceClass.PC: ("Máy tính quầy 1", None),
    DeviceClass.OFFICE_PRINTER: ("Máy in văn thư", None),
    DeviceClass.FAX: ("Máy fax", None),
    DeviceClass.SCANNER: ("Máy quét hồ sơ", None),
    DeviceClass.LOOKUP: ("Màn hình tra cứu sảnh", None),
    DeviceClass.DISPLAY: ("Màn hình sảnh", "display"),
    DeviceClass.CAMERA: ("Camera sảnh", "camera-1"),
    DeviceClass.KIOSK: ("Máy bốc số", "kiosk"),
    DeviceClass.UPS: ("UPS tủ mạng", "ups"),
    DeviceClass.SLIP_PRINTER: ("Máy in phiếu", "printer"),
    DeviceClass.ANNOUNCER: ("Loa sảnh", "announcer"),
}
"""One device of every class of S3, article 4.1c, and two of Motcua's own."""


def seed_registry(connection: Connection, site: str) -> None:
    """What people wrote down of an office; one device is retired."""
    at = {"added_at": NOW - 60 * 24 * HOUR, "changed_at": NOW - 60 * 24 * HOUR}
    rows = [
        {"site": site, "kind": kind.value, "name": name, "component": component, **at}
        | {"model": "X-200", "serial": f"SN{number:04d}", "place": "Sảnh chính"}
        for number, (kind, (name, component)) in enumerate(REGISTERED.items())
    ]
    connection.execute(insert(schema.asset), rows)
    gone = {"retired_at": NOW - 24 * HOUR, "retired_why": "Cháy nguồn, đã thay"}
    old = {"site": site, "kind": "camera", "name": "Camera cũ", **at, **gone}
    connection.execute(insert(schema.asset).values(old))


def seed_history(connection: Connection, site: str) -> None:
    """A printer that was out of paper, a UPS in a drill and on battery, and their numbers."""
    facts = [
        ("printer", "ok", "", 30 * HOUR, False),
        ("printer", "critical", "paper_out", 20 * HOUR, False),
        ("printer", "ok", "", 19 * HOUR, False),
        ("printer", "problem", "paper_low", 47 * MINUTE, False),
        ("ups", "ok", "", 40 * HOUR, False),
        ("ups", "critical", "low_battery", 26 * HOUR, True),
        ("ups", "ok", "", 25 * HOUR, False),
        ("ups", "problem", "on_battery", 47 * MINUTE, False),
    ]
    by_component: dict[str, list[Span]] = {}
    for seq, (component, state, code, ago, drill) in enumerate(facts, start=1000):
        span = Span(
            component=component,
            by_depth=1,
            by_jid=jid_of(1),
            by_seq=seq,
            state=state,
            code=code,
            drill=drill,
            since=NOW - ago,
        )
        by_component.setdefault(component, []).append(span)
    rows = [
        {"site": site, **structs.asdict(span)}
        for spans in by_component.values()
        for span in chain(spans)
    ]
    connection.execute(insert(schema.health_span), rows)
    for minute in range(0, 26 * 60, 5):
        at = NOW - 26 * HOUR + minute * MINUTE
        if 12 * 60 < minute < 14 * 60:
            continue
        charge = 100 - max(0, minute - 25 * 60) * 0.8
        values = {"ups.charge_percent": charge, "ups.runtime_seconds": charge * 22}
        values |= {"printer.paper_left_slips": 900 - minute / 2}
        keep_numbers(connection, site, values, at)
    for day in range(60, 0, -1):
        keep_numbers(connection, site, {"ups.battery_share": 0.6 + 0.004 * day}, NOW - day * DAY_MS)


def _busy_office(connection: Connection, site: str) -> None:
    seed_queue(connection, site, "CT", issued=72, served=50, waiting=12)
    seed_queue(connection, site, "HT", issued=24, served=19, waiting=3)
    seed_queue(connection, site, "DD", issued=11, served=4, waiting=6)
    tickets = [ticket_row(site, n) for n in range(4, 16)]
    tickets[0] |= {"test": True, "label": "TEST-001", "id": "20261123-TEST-001"}
    serving = {"state": "serving", "started_at": NOW - 4 * MINUTE, "called_at": NOW - 5 * MINUTE}
    tickets += [
        ticket_row(site, 20, counter=1, officer="nguyen-an", wait_ms=9 * MINUTE, **serving),
        ticket_row(site, 21, counter=2, officer="le-binh", wait_ms=12 * MINUTE)
        | {"state": "called", "called_at": NOW - 20_000},
        ticket_row(site, 22, counter=1, state="served", wait_ms=13 * MINUTE),
    ]
    connection.execute(insert(schema.ticket), tickets)
    order = {"site": site, "by_depth": 1, "by_jid": jid_of(1), "by_seq": 1, "since": NOW - HOUR}
    counters = [
        {"number": 1, "state": "open", "officer": "nguyen-an", "reason": "", **order},
        {"number": 2, "state": "open", "officer": "le-binh", "reason": "", **order},
        {"number": 3, "state": "break", "officer": "tran-chi", "reason": "Nghỉ giữa giờ", **order},
        {"number": 4, "state": "closed", "officer": None, "reason": "", **order},
    ]
    connection.execute(insert(schema.counter), counters)
    rating = {"site": site, "day": DAY, "officer": "nguyen-an"}
    connection.execute(insert(schema.rating_day).values(**rating, scale=0, offered=73, declined=4))
    connection.execute(
        insert(schema.rating_day).values(**rating, scale=3, level3=8, level2=2, level1=1)
    )
    stream = {"site": site, "first_seen": NOW - 3 * HOUR, "last_seen": NOW - 20_000, "boot": "b"}
    connection.execute(
        insert(schema.stream),
        [
            {"jid": jid_of(1), "have": 420, "safe": 380, "depth": 2, "hw": "3d1d1c36", **stream},
            {"jid": "ab" * 16, "have": 1312, "safe": 1312, "depth": 1, "hw": "3d1d1c36", **stream},
        ],
    )
    connection.execute(
        insert(schema.gap).values(
            site=site, jid="ab" * 16, first=700, last=706, declared_at=NOW - 2 * HOUR
        )
    )
    connection.execute(insert(schema.event), _events(site))


def _events(site: str) -> list[dict]:
    kinds = ("ticket.issued/1", "print.sent/1", "print.printed/1", "ticket.called/1")
    rows = []
    for seq in range(1, 121):
        label = f"A{seq // 4:03d}"
        body = json.dumps({"ticket": f"20261123-{label}", "label": label, "lĩnh_vực": "Chứng thực"})
        subject = f"20261123-{label}"
        rows.append(event_row(site, seq, kinds[seq % 4], body.encode(), subject=subject))
    rows[4] |= {"quarantined": "body of ticket.issued/1 does not fit", "body": b"\xff\x00"}
    rows[5] |= {"body": None, "body_sha256": "cd" * 32, "best_error": None, "clock": "saved"}
    rows[6] |= {"type": "future.thing/9", "body": b'{"note": "<script>alert(1)</script>"}'}
    return rows


def _incidents(connection: Connection) -> None:
    base = {"last_at": NOW - 10 * MINUTE, "detail": ""}
    connection.execute(
        insert(schema.incident),
        [
            {"site": "ben-thanh", "kind": "gap", "subject": "abababab 700–706", "status": "open"}
            | base
            | {"opened_at": NOW - 2 * HOUR, "closed_at": None, "count": 1},
            {"site": "phu-lien", "kind": "duplicate_identity", "subject": "", "status": "open"}
            | base
            | {"opened_at": NOW - 30 * MINUTE, "closed_at": None, "count": 3},
            {"site": "na-son", "kind": "conflict", "subject": "seq 12", "status": "closed"}
            | base
            | {"opened_at": NOW - 26 * HOUR, "closed_at": NOW - 25 * HOUR, "count": 1},
        ],
    )


def seed_province(hub: HubWeb, sites: int = 200, devices: int = 25) -> None:
    """As many sites as a province has, in mixed states; the same every time."""
    rng = random.Random(7)
    hub.beat()
    with writing(hub.engine) as connection:
        for n in range(sites):
            ago = rng.choice((5, 20, 40, 60, 60 * 26)) * 1000
            name = f"Trung tâm PVHCC phường số {n:03d}"
            seed_site(connection, f"diem-{n:03d}", name, seen_ago=ago, number=n + 1)
            names = [*OK_DEVICES, *(f"camera-{i}" for i in range(devices - len(OK_DEVICES)))]
            states = {
                one: ("ok", "") if rng.random() > 0.02 else ("problem", "no_answer")
                for one in names
            }
            seed_health(connection, f"diem-{n:03d}", states)
            for service in ("CT", "HT", "DD", "KD"):
                issued = rng.randrange(80)
                seed_queue(
                    connection,
                    f"diem-{n:03d}",
                    service,
                    issued=issued,
                    served=issued * 3 // 4,
                    waiting=issued // 8,
                )


def seed_past(hub: HubWeb) -> None:
    """What a province that has run for a while holds besides: registry, journal's word, changes."""
    changed = {"since": NOW - 9 * HOUR, "by_depth": 1, "by_jid": jid_of(1)}
    with writing(hub.engine) as connection:
        h = schema.health_report.c
        told = connection.execute(select(h.site, h.component, h.state)).all()
        registered = [
            {
                "site": site,
                "kind": DeviceClass.CAMERA.value,
                "name": f"Thiết bị {component}",
                "component": component,
                "added_at": NOW,
                "changed_at": NOW,
            }
            for site, component, _ in told
        ]
        connection.execute(insert(schema.asset), registered)
        rows = [
            {"site": site, "component": component, "state": state, "by_seq": seq, **changed}
            for seq, (site, component, state) in enumerate(told)
        ]
        connection.execute(insert(schema.device_health), rows)
        spans = [{**row, "by_seq": row["by_seq"] + more} for row in rows for more in (0, 10**6)]
        connection.execute(insert(schema.health_span), spans)
