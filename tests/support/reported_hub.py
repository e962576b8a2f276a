"""A hub with targets, evidence, planned work and reports of October 2026, to look at."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, insert

from motcua_hub.domain.availability.evidence import Evidence
from motcua_hub.domain.availability.policy import DAY, HOUR
from motcua_hub.domain.calendar.planned import Scope, ScopeKind, Wish
from motcua_hub.domain.reporting.periods import period_of
from motcua_hub.ledger import evidence as ledger_evidence
from motcua_hub.ledger import targets
from motcua_hub.ledger.targets import Kind, Target
from motcua_hub.reporting.making import Order, make
from motcua_hub.reporting.public import PublicStatus
from motcua_hub.store import archive, plans, public, reporting, schema
from motcua_hub.store.archive import Entry
from motcua_hub.store.engine import writing
from motcua_hub.store.plans import EXCLUSION, WINDOW
from motcua_hub.store.reporting import Template
from support.availability import said
from support.hub_seed import NOW, HubWeb

MONTH = period_of("month:2026-10")
BEGIN, END = MONTH.interval
MADE = END + 4 * DAY
MINUTE = 60_000
TEMPLATE = Template(
    parent="Ủy ban nhân dân Thành phố Hồ Chí Minh",
    org="Trung tâm Phục vụ hành chính công",
    place="Vũng Tàu",
    signer="GIÁM ĐỐC",
    receivers=("UBND Thành phố (báo cáo);", "Sở Khoa học và Công nghệ;", "Lưu: VT."),
)
TARGETS = {
    "portal": ("Cổng dịch vụ công", Kind.SERVICE, None, "Trung tâm CNTT", ""),
    "one-stop": ("Phần mềm một cửa", Kind.SERVICE, None, "Trung tâm CNTT", ""),
    "srv-01": ("Máy chủ ứng dụng 10.1.2.3", Kind.SERVER, None, "Trung tâm CNTT", ""),
    "link.ben-thanh": ("Cáp quang Bến Thành", Kind.SITE_LINK, "ben-thanh", "VNPT", "VNPT"),
    "kiosk.ben-thanh": ("Máy lấy số", Kind.DEVICE, "ben-thanh", "Ban QLDA hạ tầng", ""),
}


def lived(name: str, outages: Sequence[tuple[int, int, str]], dark: int = 0) -> list[Evidence]:
    """Up until now but for these outages; nothing known for a while at the end of October."""
    at, pieces = BEGIN - 40 * DAY, []
    for begin, lasted, cause in outages:
        pieces += [said(at, begin), said(begin, begin + lasted, "down", cause=cause)]
        at = begin + lasted
    if dark:
        pieces.append(said(at, END - DAY))
        at = END - DAY + dark
    pieces.append(said(at, NOW))
    return [
        msgspec.structs.replace(
            each, id=f"{name} {each.id}", target=name, received_at=min(each.end, MADE - HOUR)
        )
        for each in pieces
    ]


def seed_ledger(connection: Connection) -> None:
    """Five targets with a life of their own, and a hub that was there all the time."""
    row = {"begin_at": BEGIN - 90 * DAY, "end_at": NOW + 400 * DAY, "run": "r", "rows": 2}
    connection.execute(insert(schema.hub_alive_span).values(row))
    for name, (title, kind, site, unit, carrier) in TARGETS.items():
        one = Target(
            id=name,
            name=title,
            kind=kind,
            site=site,
            unit=unit,
            carrier=carrier,
            life_begin=BEGIN - 60 * DAY,
        )
        targets.add(connection, one, BEGIN - 50 * DAY, "an")
    at = BEGIN + 5 * DAY + 2 * HOUR
    lives = {
        "portal": lived("portal", [(NOW - 6 * DAY, 40 * MINUTE, "software")]),
        "one-stop": lived("one-stop", [], dark=9 * HOUR),
        "srv-01": lived("srv-01", [(at, 90 * MINUTE, "power")], dark=40 * MINUTE),
        "link.ben-thanh": lived("link.ben-thanh", [(at, 5 * HOUR, "wan")]),
        "kiosk.ben-thanh": lived("kiosk.ben-thanh", [(at, 3 * HOUR, "device")]),
    }
    for pieces in lives.values():
        ledger_evidence.add(connection, pieces)


def seed_plans(connection: Connection) -> None:
    """A window of October, one ahead, one that waits, an emergency, a storm."""
    at = BEGIN + 5 * DAY + 2 * HOUR
    link = (Scope(ScopeKind.BRANCH, "link.ben-thanh"),)
    storm = Wish(
        begin=at + HOUR,
        end=at + 2 * HOUR,
        reason="Bão số 12 làm đứt cáp trục",
        paper="12/QĐ-UBND",
        scopes=link,
    )
    number = plans.ask_exclusion(connection, storm, END - DAY, "an")
    plans.approve(connection, EXCLUSION, number, now=END - HOUR, who="binh")
    done = Wish(begin=at, end=at + HOUR, reason="Thay UPS phòng máy", scopes=(link[0],))
    number = plans.ask_window(connection, done, at - 3 * DAY, "an")
    plans.approve(connection, WINDOW, number, now=at - 2 * DAY, who="binh")
    ahead = Wish(
        begin=NOW + 3 * DAY + 14 * HOUR,
        end=NOW + 3 * DAY + 16 * HOUR,
        reason="Nâng cấp cổng dịch vụ công",
        scopes=(Scope(ScopeKind.TARGET, "portal"),),
    )
    number = plans.ask_window(connection, ahead, NOW - DAY, "an")
    plans.approve(connection, WINDOW, number, now=NOW - HOUR, who="binh")
    site = (Scope(ScopeKind.SITE, "ben-thanh"),)
    waits = Wish(begin=NOW + 5 * DAY, end=NOW + 5 * DAY + HOUR, reason="Kéo lại mạng", scopes=site)
    plans.ask_window(connection, waits, NOW - HOUR, "an")
    hurry = msgspec.structs.replace(waits, begin=NOW - HOUR, end=NOW, emergency=True)
    number = plans.ask_window(connection, hurry, NOW - HOUR, "an")
    plans.approve(connection, WINDOW, number, now=NOW - HOUR, who="binh")


def seed_reports(hub: HubWeb) -> tuple[Entry, Entry]:
    """October's report, and the version that late evidence made necessary."""
    with writing(hub.engine) as connection:
        reporting.begin(connection, BEGIN)
        reporting.set_template(connection, TEMPLATE, "00" * 32, BEGIN, "an")
    first = make(hub.engine, Order(period=MONTH, job=MONTH.key), MADE)
    late = said(END - DAY, END - DAY + 9 * HOUR, rank=80, received_at=MADE + DAY)
    with writing(hub.engine) as connection:
        one = msgspec.structs.replace(late, id="late", target="one-stop")
        ledger_evidence.add(connection, [one])
    order = Order(period=MONTH, job=MONTH.key, number="TGHD-2026-0001", reason="Nhật ký về muộn")
    second = make(hub.engine, order, MADE + 2 * DAY)
    assert first is not None
    assert second is not None
    return first, second


def seed_all(hub: HubWeb) -> tuple[Entry, Entry]:
    """Everything here, and two requests: one that waits, one that came to nothing."""
    with writing(hub.engine) as connection:
        seed_ledger(connection)
        seed_plans(connection)
    entries = seed_reports(hub)
    with writing(hub.engine) as connection:
        filters = archive.Filters(unit="VNPT")
        asked = {"period": "month:2026-10", "filters": filters, "number": "", "reason": ""}
        archive.ask(connection, asked, NOW, "an")
        number = archive.ask(connection, {**asked, "filters": archive.Filters()}, NOW, "an")
        archive.end_request(connection, number, NOW, trouble="reports.fault.exists")
    return entries


PUBLIC = {"portal": "Cổng dịch vụ công", "one-stop": "Tiếp nhận hồ sơ một cửa"}


def seed_public(hub: HubWeb) -> None:
    """Two services that citizens know, and the contents of their page."""
    with writing(hub.engine) as connection:
        for target, name in PUBLIC.items():
            public.publish(connection, target, name, NOW - DAY, "an")
    PublicStatus(hub.engine).work(NOW)
