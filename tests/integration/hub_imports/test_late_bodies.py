"""Evidence that said nothing when it arrived: stubs, and facts that an older hub did not know."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from integration.hub_imports.test_imports import LINK, PI, SITE, Hub, S, office_of_a_week
from motcua_contract.facts import Fact
from motcua_contract.facts.evidence import TicksReported
from motcua_contract.facts.office import HealthChanged
from motcua_contract.vocabulary import HealthState
from motcua_hub.domain.availability.evidence import Sli
from motcua_hub.domain.availability.reports import report, revised
from motcua_hub.domain.inspection import inspect
from motcua_hub.ingest import rows
from motcua_hub.ingest.again import Again
from motcua_hub.ledger import chain, claims, devices, evidence, targets
from motcua_hub.ledger.imports.reading import TYPES
from motcua_hub.ledger.names import device_of
from motcua_hub.ledger.subjects import subject
from motcua_hub.ledger.targets import Kind, Target
from motcua_hub.store import schema
from motcua_hub.store.engine import open_engine, reading, writing
from motcua_hub.store.migrate import upgrade
from support.hubsite import T0, pack, stub
from support.ledger import added
from support.pi_journal import Program

FAMILIES = {each.partition("/")[0] for each in TYPES}


@pytest.fixture
def hub(engine: Engine) -> Hub:
    return Hub(engine)


def send(hub: Hub, program: Program, stubs: set[int] = frozenset()) -> None:  # type: ignore[assignment]
    """All rows of a program's journal, some of them without their bodies."""
    events = [stub(e) if e.seq in stubs else e for e in program.journal.events]
    hub.now += 1
    hub.receiver.batch(SITE, pack(program.journal.jid, events), hub.now)
    hub.importer.round(hub.now)


def telling(program: Program) -> list[int]:
    """Rows that are evidence."""
    return [e.seq for e in program.journal.events if e.type in TYPES]


def two_boots() -> tuple[Program, Program]:
    one = Program("a", "boot-a", T0).begin()
    one.meet()
    one.tick(3)
    one.report()
    one.tick(30)
    one.report()
    two = one.dark_then("b", "boot-b", after=100 * S).begin()
    two.meet()
    two.tick(3)
    two.report()
    return one, two


def test_a_stub_of_ticks_is_not_bridged_and_its_body_is_booked_once(hub: Hub) -> None:
    one, two = two_boots()
    last = one.journal.last
    send(hub, one, {last})
    send(hub, two)
    whole = [(0, 330, "up", ""), (330, 430, "down", ""), (430, 460, "up", "")]
    assert hub.said(PI) == [(0, 30, "up", ""), (30, 430, "unknown", ""), (430, 460, "up", "")]
    for _ in range(3):
        send(hub, one)
        assert hub.said(PI) == whole
    with reading(hub.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(schema.event_late)) == 1
        assert list(chain.broken(connection)) == []
        pieces = evidence.of_target(connection, PI)
    assert len({(e.begin, e.end, e.vantage) for e in pieces}) == len(pieces)


def test_a_body_that_comes_after_the_report_makes_a_revision_that_tells_of_it(hub: Hub) -> None:
    with writing(hub.engine) as connection:
        from_ = added(connection, PI, site=SITE, now=T0 - S)
    one, two = two_boots()
    send(hub, one, {one.journal.last})
    send(hub, two)
    period = (T0, T0 + 460 * S)
    with writing(hub.engine) as connection:
        claims.settle(connection, hub.now)
    with reading(hub.engine) as connection:
        found = subject(connection, from_.id, period, hub.now, sli=Sli.RUNNING)
        first = report(found, period, hub.now)
    hub.now += 60_000
    send(hub, one)
    with reading(hub.engine) as connection:
        found = subject(connection, from_.id, period, hub.now, sli=Sli.RUNNING)
        second = revised(found, first, hub.now)
        again = report(subject(connection, from_.id, period, first.as_of, sli=Sli.RUNNING),
                       period, first.as_of)  # fmt: skip
    assert again.sha256 == first.sha256
    assert second is not None
    assert second.changes == ("400 s UNKNOWN → 5 min UP, 100 s DOWN",)
    assert second.evidence


def bodies_late(hub: Hub, programs: list[Program], chance: random.Random) -> None:
    """Any rows of any journals as stubs at first, and the bodies in any order."""
    missing = []
    for each in programs:
        some = {seq for seq in telling(each) if chance.random() < 0.3}
        send(hub, each, some)
        missing += [(each, seq) for seq in some]
    chance.shuffle(missing)
    for each, seq in missing:
        hub.now += 1
        hub.receiver.batch(SITE, each.journal.batch(seq, seq), hub.now)
        if chance.random() < 0.5:
            hub.importer.round(hub.now)
    hub.importer.round(hub.now)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_was_a_stub_at_first_in_the_end_all_is_said(tmp_path: Path, seed: int) -> None:
    hubs = []
    for name in ("whole", "late"):
        engine = open_engine(f"sqlite:///{tmp_path / name}.sqlite3")
        upgrade(engine)
        hubs.append(Hub(engine))
    programs = office_of_a_week(seed)
    for each in programs:
        hubs[0].take(each)
    bodies_late(hubs[1], programs, random.Random(seed))
    assert hubs[1].said(PI) == hubs[0].said(PI)
    assert hubs[1].said(LINK, sli=Sli.REACHABLE) == hubs[0].said(LINK, sli=Sli.REACHABLE)
    for each in hubs:
        each.engine.dispose()


@pytest.fixture
def older(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """A hub that has never heard of evidence, until it is updated."""

    def ignorant(name: str, body: bytes) -> Fact | str:
        known = name.partition("/")[0] not in FAMILIES
        return inspect(name, body) if known else f"unknown type {name}"

    monkeypatch.setattr(rows, "inspect", ignorant)
    return lambda: monkeypatch.setattr(rows, "inspect", inspect)


def quarantined(hub: Hub) -> int:
    live = schema.site_live
    with reading(hub.engine) as connection:
        return connection.scalar(select(live.c.quarantined).where(live.c.site == SITE)) or 0


def test_what_an_older_hub_did_not_know_is_understood_after_its_update(
    hub: Hub, older: Callable[[], None]
) -> None:
    one, two = two_boots()
    send(hub, one)
    send(hub, two)
    assert hub.said(PI) == []
    kept = quarantined(hub)
    assert kept == len(telling(one)) + len(telling(two))
    older()
    assert Again(hub.engine).all(hub.now) == kept
    assert quarantined(hub) == 0
    hub.importer.round(hub.now)
    assert hub.said(PI) == [(0, 330, "up", ""), (330, 430, "down", ""), (430, 460, "up", "")]
    assert Again(hub.engine).all(hub.now) == 0
    assert hub.importer.round(hub.now) == 0
    with reading(hub.engine) as connection:
        query = select(schema.audit.c.detail).where(schema.audit.c.action == "facts_understood")
        told = connection.scalars(query).all()
    assert told == [f"{kept} facts that an older version had not understood"]


def test_what_is_still_not_understood_stays_and_nothing_is_claimed_past_it(hub: Hub) -> None:
    """Ticks of a newer version: how long the machine ran is not known here."""
    one, two = two_boots()
    newer = TicksReported.TYPE.replace("/1", "/2")
    one.journal.add_raw(newer, b'{"more":1}')
    two = one.dark_then("b", "boot-b", after=100 * S).begin()
    two.meet()
    two.tick(3)
    two.report()
    send(hub, one)
    send(hub, two)
    assert Again(hub.engine).all(hub.now) == 0
    assert quarantined(hub) == 1
    assert hub.said(PI) == [(0, 330, "up", ""), (330, 430, "unknown", ""), (430, 460, "up", "")]


def test_a_ticket_that_was_not_understood_is_counted_once_it_is(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Program("a", "boot-a", T0).begin()
    one.journal.serve(1)
    monkeypatch.setattr(rows, "inspect", lambda _name, _body: "not known")
    send(hub, one)
    table = schema.ticket
    with reading(hub.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(table)) == 0
    monkeypatch.setattr(rows, "inspect", inspect)
    assert Again(hub.engine).all(hub.now) == one.journal.last
    with reading(hub.engine) as connection:
        (state,) = connection.scalars(select(table.c.state)).all()
    assert state == "served"


def health(state: HealthState, since: int) -> HealthChanged:
    return HealthChanged(component="printer", state=state, code="paper_out", since=since)


def test_a_device_is_not_called_well_past_a_word_that_cannot_be_read(hub: Hub) -> None:
    """It turns out that the printer was broken; nothing has to be taken back."""
    printer = device_of(SITE, "printer")
    with writing(hub.engine) as connection:
        added(connection, PI, Kind.DEVICE, site=SITE, now=T0)
        connection.execute(schema.target.update().values(component="controller"))
        made = Target(id=printer, name="p", kind=Kind.DEVICE, site=SITE, component="printer")
        targets.add(connection, made, T0)
    pi = Program("a", "boot-a", T0).begin()
    pi.meet()
    pi.say(health(HealthState.OK, T0))
    pi.tick(10)
    pi.say(health(HealthState.CRITICAL, T0 + 100 * S))
    pi.tick(10)
    pi.say(health(HealthState.OK, T0 + 200 * S))
    pi.tick(10)
    pi.report()
    kinds = [e.seq for e in pi.journal.events if e.type == HealthChanged.TYPE]

    def look() -> list[tuple[int, int, str, str]]:
        hub.now += 1
        with writing(hub.engine) as connection:
            devices.advance(connection, hub.now)
        return hub.said(printer)

    send(hub, pi, {kinds[1]})
    assert look() == [(0, 100, "up", ""), (100, 200, "unknown", ""), (200, 300, "up", "")]
    send(hub, pi)
    for _ in range(2):
        assert look() == [
            (0, 100, "up", ""),
            (100, 200, "down", "paper_out"),
            (200, 300, "up", ""),
        ]
