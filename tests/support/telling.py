"""A directory in the database, incidents that are told, and messages in every state."""

from sqlalchemy import Connection, Engine

from motcua_hub.domain.incident.state import Entry
from motcua_hub.domain.incident.vocabulary import Happening
from motcua_hub.domain.routing.chain import DEFAULT
from motcua_hub.domain.routing.directory import Directory, Duty
from motcua_hub.sending.telling import Teller
from motcua_hub.store import directory, directory_edits, outbox_work, timelines
from motcua_hub.store.engine import writing
from motcua_hub.store.incidents import Opening, open_incident
from support.directories import HARDWARE, LINK, province


def write_directory(connection: Connection, held: Directory, now: int) -> None:
    """As people would write it down; ids come out as they are in `held`."""
    for unit in held.units.values():
        assert directory_edits.add_unit(connection, unit, now) == unit.id
    ids = {one.id: directory_edits.add_contact(connection, one, now) for one in held.contacts}
    for route in held.routes:
        directory_edits.add_route(connection, route, now)
    for duty in held.duties:
        mine = Duty(unit=duty.unit, day=duty.day, session=duty.session, contact=ids[duty.contact])
        directory_edits.set_duty(connection, mine, None, now)


def look(connection: Connection, incident: int, now: int, settle_ms: int = 0) -> None:
    """One round of the teller over one incident."""
    policy = type(DEFAULT)(waits=DEFAULT.waits, settle_ms=settle_ms)
    held = directory.load(connection)
    Teller(connection, held, policy, "https://hub.example.vn", now).look(incident)


def seed_telling(engine: Engine, site: str, now: int) -> int:
    """A link that broke ten minutes ago: told, escalated, one message dead; the incident."""
    day = "2026-11-23"
    duty = Duty(unit=HARDWARE, day=day, session="off", contact=HARDWARE * 10 + 1)
    with writing(engine) as connection:
        write_directory(connection, province(duties=(duty,)), now)
        opening = Opening(
            kind="down",
            site=site,
            subject="Đường truyền",
            target_kind="site_link",
            severity=1,
            responsible="link",
            confirmed=now - 600_000,
            onset=now - 640_000,
        )
        incident = open_incident(connection, opening, now - 600_000)
        cause = Entry(
            happening=Happening.CAUSE_SET,
            at=now - 600_000,
            detail={"cause": "link", "confidence": 500, "provisional": True},
        )
        timelines.append(connection, incident, [cause])
        for ago in (600_000, 290_000):
            look(connection, incident, now - ago)
            look(connection, incident, now - ago)
        post(connection, now)
    return incident


def post(connection: Connection, now: int) -> None:
    """SMS goes well, e-mail does not: the first letter is dead, the others wait."""
    for letter in outbox_work.candidates(connection, "sms", now):
        outbox_work.claim(connection, letter, now - 280_000)
        outbox_work.sent(connection, letter, now - 280_000, 840, f"sms-{letter.id}")
    first, *rest = outbox_work.candidates(connection, "email", now)
    outbox_work.claim(connection, first, now - 270_000)
    outbox_work.failed(
        connection, first, now - 270_000, 120, outcome="refused",
        why="the mail server refuses the address: 550", again_at=None,
    )  # fmt: skip
    for letter in rest:
        outbox_work.claim(connection, letter, now - 270_000)
        outbox_work.failed(
            connection, letter, now - 270_000, 20_000, outcome="uncertain",
            why="no answer from the mail server: TimeoutError", again_at=now + 60_000,
        )  # fmt: skip


__all__ = ["LINK", "look", "post", "seed_telling", "write_directory"]
