"""From events in the replica to evidence: whatever comes late, twice or in another order."""

import random
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Engine, select

from motcua_contract.facts.evidence import ProbeOutcome, ProbeRun
from motcua_contract.vocabulary import StopCause
from motcua_hub.domain.availability.evidence import Claim, Sli
from motcua_hub.domain.availability.policy import Policy
from motcua_hub.domain.availability.timeline import timeline
from motcua_hub.ingest import Receiver
from motcua_hub.ledger import claims, evidence
from motcua_hub.ledger.imports import boots, spans
from motcua_hub.ledger.imports.importer import Importer
from motcua_hub.ledger.names import device_of, link_of, pi_of
from motcua_hub.store import schema
from motcua_hub.store.engine import open_engine, reading, writing
from motcua_hub.store.migrate import upgrade
from support.hubsite import T0
from support.pi_journal import Program

SITE = "na-son"
PI, LINK, AGENT = pi_of(SITE), link_of(SITE), device_of(SITE, "agent")
S = 1_000


class Hub:
    """Takes batches in and imports."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.importer = Importer(engine)
        self.receiver = Receiver(engine)
        self.now = T0 + 10**9
        self.taken: dict[str, int] = {}

    def take(self, program: Program, last: int | None = None) -> None:
        """What a program has told since the last time, and a round of the importer."""
        journal = program.journal
        first = self.taken.get(journal.jid, 0) + 1
        self.taken[journal.jid] = last or journal.last
        self.now += 1
        self.receiver.batch(SITE, journal.batch(first, last), self.now)
        self.importer.round(self.now)

    def said(self, target: str, *, sli: Sli = Sli.RUNNING) -> list[tuple[int, int, str, str]]:
        """The time line of a target, as what its site says of it, in seconds since T0."""
        with reading(self.engine) as connection:
            pieces = list(evidence.of_target(connection, target))
            for each in claims.listing(connection, [target]):
                word = claims.spoken(each, 2**60)
                pieces += [word] if word is not None else []
        mine = [each for each in pieces if each.sli is sli]
        if not mine:
            return []
        life = (min(e.begin for e in mine), max(e.end for e in mine))
        found: list[list] = []
        for seg in timeline(mine, Policy(sli=sli, vantages=(SITE,)), life=life):
            row = [(seg.begin - T0) / S, (seg.end - T0) / S, seg.state.value, seg.cause]
            if found and found[-1][2:] == row[2:]:
                found[-1][1] = row[1]
            else:
                found.append(row)
        return [tuple(row) for row in found]

    def all_said(self) -> list[object]:
        return [self.said(PI), self.said(LINK, sli=Sli.REACHABLE), self.said(AGENT)]

    def rows(self, target: str) -> list[tuple[int, int, Claim, str]]:
        with reading(self.engine) as connection:
            found = evidence.of_target(connection, target)
        return [((e.begin - T0) // S, (e.end - T0) // S, e.claim, e.cause) for e in found]


@pytest.fixture
def hub(engine: Engine) -> Hub:
    return Hub(engine)


def test_a_boot_that_met_the_hub_is_placed_whatever_its_clock_said(hub: Hub) -> None:
    pi = Program("a", "boot-a", T0, wall_error=-3 * 3_600_000, synced=False).begin()
    pi.tick(6)
    pi.report()
    hub.take(pi)
    assert hub.said(PI) == []
    pi.meet(400)
    hub.take(pi)
    assert hub.said(PI) == [(0, 60, "up", "")]
    pi.tick(30)
    pi.report()
    hub.take(pi)
    assert hub.said(PI) == [(0, 360, "up", "")]
    assert hub.rows(PI) == []  # one open word, no evidence yet


def test_a_cut_link_is_down_while_the_pi_is_up(hub: Hub) -> None:
    pi = Program("a", "boot-a", T0).begin()
    pi.meet()
    pi.tick(6)
    pi.tick(6, hub=False, where="wan", gateway=True)
    pi.tick(3)
    pi.report()
    hub.take(pi)
    assert hub.said(PI) == [(0, 150, "up", "")]
    assert hub.said(LINK, sli=Sli.REACHABLE) == [
        (10, 70, "up", ""),
        (70, 130, "down", "wan"),
        (130, 150, "up", ""),
    ]


def test_a_hub_that_cannot_be_reached_is_not_the_links_fault(hub: Hub) -> None:
    pi = Program("a", "boot-a", T0).begin()
    pi.meet()
    pi.tick(2)
    pi.tick(2, hub=False, where="hub")
    pi.tick(2)
    pi.report()
    hub.take(pi)
    assert [each[2] for each in hub.said(LINK, sli=Sli.REACHABLE)] == ["up", "unknown", "up"]


def test_while_the_hub_was_away_itself_no_link_was_down(hub: Hub) -> None:
    beats = (0, 1, 2, 6, 7, 8, 9, 10)
    alive = [{"at": T0 + n * 10 * S, "mono": n, "boot": "h", "run": "r"} for n in beats]
    with writing(hub.engine) as connection:
        connection.execute(schema.hub_alive.insert(), alive)
    pi = Program("a", "boot-a", T0).begin()
    pi.meet()
    pi.tick(2)
    pi.tick(6, hub=False, where="unknown")
    pi.tick(1)
    pi.report()
    hub.take(pi)
    assert hub.said(LINK, sli=Sli.REACHABLE) == [
        (10, 30, "up", ""),
        (30, 60, "unknown", ""),
        (60, 90, "down", "link"),
    ]


def test_a_killed_program_is_a_gap_of_the_program_in_the_same_boot(hub: Hub) -> None:
    one = Program("a", "boot-a", T0).begin()
    one.meet()
    one.tick(4)
    two = one.killed_then("b", after=50 * S).begin()
    two.tick(3)
    two.report()
    hub.take(one)
    hub.take(two)
    assert hub.said(PI) == [(0, 40, "up", ""), (40, 100, "unknown", ""), (100, 120, "up", "")]
    assert hub.said(AGENT) == [
        (10, 40, "up", ""),
        (40, 100, "down", "software"),
        (100, 120, "up", ""),
    ]


@pytest.mark.parametrize(
    ("cause", "told"), [(None, ""), (StopCause.UPS, "ups"), (StopCause.REBOOT, "reboot")]
)
def test_between_two_boots_the_pi_was_down(hub: Hub, cause: StopCause | None, told: str) -> None:
    one = Program("a", "boot-a", T0).begin()
    one.meet()
    one.tick(6)
    if cause is not None:
        one.stop(cause)
    two = one.dark_then("b", "boot-b", after=300 * S, wall_error=-(10**7), synced=False).begin()
    two.mono = 5 * S
    two.meet(30)
    two.tick(2)
    two.report()
    hub.take(one)
    hub.take(two)
    assert hub.said(PI) == [(0, 60, "up", ""), (60, 360, "down", told), (360, 385, "up", "")]


def test_a_stop_of_the_service_alone_is_no_end_of_the_machine(hub: Hub) -> None:
    one = Program("a", "boot-a", T0).begin()
    one.meet()
    one.tick(3)
    one.stop(StopCause.SERVICE)
    two = one.dark_then("b", "boot-b", after=100 * S).begin()
    two.meet()
    two.tick(1)
    two.report()
    hub.take(one)
    hub.take(two)
    assert hub.said(PI)[1] == (30, 130, "down", "")


def test_a_boot_that_met_nobody_has_no_place_until_it_meets_somebody(hub: Hub) -> None:
    one = Program("a", "boot-a", T0).begin()
    one.meet()
    one.tick(3)
    two = one.dark_then("b", "boot-b", after=100 * S, synced=False).begin()
    two.tick(6)
    three = two.dark_then("c", "boot-c", after=100 * S, synced=False).begin()
    three.meet()
    three.tick(3)
    three.report()
    for each in (one, two, three):
        hub.take(each)
    assert hub.said(PI) == [(0, 30, "up", ""), (30, 290, "unknown", ""), (290, 320, "up", "")]
    Importer(hub.engine).round(hub.now)
    with reading(hub.engine) as connection:
        query = select(schema.audit.c.detail).where(schema.audit.c.action == "boot_unplaced")
        (told,) = connection.scalars(query).all()
    assert told == "boot boot-b: ran for 1 min; nobody can tell when, nothing is claimed"


def test_a_boot_that_met_nobody_is_placed_by_a_clock_that_was_synchronised(hub: Hub) -> None:
    one = Program("a", "boot-a", T0).begin()
    one.meet()
    one.tick(3)
    two = one.dark_then("b", "boot-b", after=100 * S, synced=True).begin()
    two.tick(6)
    two.report()
    hub.take(one)
    hub.take(two)
    assert len(hub.said(PI)) == 1  # it may still meet the hub
    three = two.dark_then("c", "boot-c", after=100 * S).begin()
    three.meet()
    three.tick(3)
    three.report()
    hub.take(three)
    assert hub.said(PI) == [
        (0, 30, "up", ""),
        (30, 130, "down", ""),
        (130, 190, "up", ""),
        (190, 290, "down", ""),
        (290, 320, "up", ""),
    ]


def test_a_boot_whose_journal_is_late_is_not_called_down(hub: Hub) -> None:
    """The last ticks of a boot may wait behind tickets in the backlog of its program."""
    one = Program("a", "boot-a", T0).begin()
    one.meet()
    one.tick(3)
    one.report()
    early = one.journal.last
    one.tick(30)
    one.report()
    one.journal.issue(1)
    two = one.dark_then("b", "boot-b", after=100 * S).begin()
    two.meet()
    two.tick(3)
    two.report()
    hub.take(one, early)
    hub.take(two)
    assert hub.said(PI) == [(0, 30, "up", ""), (30, 430, "unknown", ""), (430, 460, "up", "")]
    hub.take(one)
    assert hub.said(PI) == [(0, 330, "up", ""), (330, 430, "down", ""), (430, 460, "up", "")]


def test_ticks_that_never_arrive_are_told_of_and_not_bridged(hub: Hub) -> None:
    pi = Program("a", "boot-a", T0).begin()
    pi.meet()
    pi.tick(3)
    pi.report()
    pi.spans = msgspec.structs.replace(pi.spans, number=8)
    pi.tick(3)
    pi.report()
    hub.take(pi)
    assert hub.said(PI) == [(0, 30, "up", ""), (30, 40, "unknown", ""), (40, 60, "up", "")]
    with reading(hub.engine) as connection:
        assert spans.lacking(connection, SITE) == [("boot-a", 4, 7)]
    two = pi.dark_then("b", "boot-b", after=10 * S).begin()
    two.meet()
    two.tick(1)
    two.report()
    hub.take(two)
    with reading(hub.engine) as connection:
        query = select(schema.audit.c.detail).where(schema.audit.c.action == "ticks_lacking")
        (told,) = connection.scalars(query).all()
    assert "boot boot-a: ticks 4 to 7" in told


def test_numbers_that_cannot_be_true_are_left_out(hub: Hub) -> None:
    pi = Program("a", "boot-a", T0).begin()
    pi.meet()
    pi.tick(3)
    (span,) = pi.spans.told
    for bad in ({"first": 0}, {"last": 0}, {"since": -1}, {"until": 0}):
        pi.spans = msgspec.structs.replace(
            pi.spans, closed=(msgspec.structs.replace(span, **bad),), current=None
        )
        pi.report()
    hub.take(pi)
    assert hub.said(PI) == []


def office_of_a_week(seed: int) -> list[Program]:
    """Boots and programs of one office, with everything that can happen to them."""
    chance = random.Random(seed)
    programs = [Program("p0", "boot-0", T0).begin()]
    programs[0].meet(chance.randrange(500))
    for n in range(1, 8):
        now = programs[-1]
        for _ in range(chance.randrange(1, 6)):
            cut = chance.random() < 0.3
            now.tick(chance.randrange(1, 40), hub=not cut, where="wan" if cut else "")
            if chance.random() < 0.6:
                now.report()
            if chance.random() < 0.1:
                now.tick(1, every=chance.randrange(10_000, 60_000))
        how = chance.random()
        if how < 0.3:
            new = now.killed_then(f"p{n}", after=chance.randrange(1_000, 90_000))
        else:
            if how < 0.5:
                now.stop(chance.choice(list(StopCause)))
                now.spans = msgspec.structs.replace(now.spans, closed=(), current=None)
            after = chance.randrange(5_000, 900_000)
            new = now.dark_then(f"p{n}", f"boot-{n}", after=after, synced=False)
            new.mono = chance.randrange(1_000, 30_000)
        new.begin()
        if how >= 0.3:
            new.meet(chance.randrange(500))
        programs.append(new)
    programs[-1].tick(5)
    programs[-1].report()
    return programs


@pytest.mark.parametrize("seed", range(4))
def test_the_order_in_which_journals_come_makes_no_difference(
    engine: Engine, seed: int, tmp_path: Path
) -> None:
    programs = office_of_a_week(seed)
    hub = Hub(engine)
    chance = random.Random(seed + 100)
    left = {each.name: 1 for each in programs}
    while left:
        name = chance.choice(list(left))
        program = next(each for each in programs if each.name == name)
        last = min(program.journal.last, left[name] + chance.randrange(1, 8))
        hub.take(program, last)
        left[name] = last + 1
        if last == program.journal.last:
            del left[name]
    assert hub.all_said() == in_order(programs, tmp_path)
    for target in (PI, LINK, AGENT):
        rows = sorted(hub.rows(target))
        assert all(a[1] <= b[0] for a, b in pairwise(rows)), "said twice"
    before = [hub.rows(target) for target in (PI, LINK, AGENT)]
    with writing(hub.engine) as connection:
        connection.execute(schema.ledger_cursor.delete())
    Importer(engine).round(hub.now + 1)
    assert [hub.rows(target) for target in (PI, LINK, AGENT)] == before


def in_order(programs: list[Program], folder: Path) -> list[object]:
    """The same journals, each whole and one after the other, on another database."""
    engine = open_engine(f"sqlite:///{folder / 'other.sqlite3'}")
    upgrade(engine)
    hub = Hub(engine)
    for each in programs:
        hub.take(each)
    found = hub.all_said()
    engine.dispose()
    return found


def test_probes_of_a_pi_are_evidence_of_its_own(hub: Hub) -> None:
    pi = Program("a", "boot-a", T0).begin()
    pi.meet()
    runs = (
        ProbeRun(target="srv-1", outcome=ProbeOutcome.OK, since=0, until=60_000, count=3),
        ProbeRun(
            target="srv-1",
            outcome=ProbeOutcome.FAIL,
            since=90_000,
            until=180_000,
            count=6,
            cause="refused",
            confirmed=100_000,
            nth=3,
        ),
    )
    pi.probed(*runs)
    hub.take(pi)
    pi.probed(
        ProbeRun(target="srv-1", outcome=ProbeOutcome.OK, since=185_000, until=290_000, count=5)
    )
    hub.take(pi)
    assert hub.said("srv-1", sli=Sli.REACHABLE) == [
        (0, 90, "up", ""),
        (90, 185, "down", "refused"),
        (185, 355, "up", ""),
    ]
    with reading(hub.engine) as connection:
        (down,) = [
            each for each in evidence.of_target(connection, "srv-1") if each.claim is Claim.DOWN
        ]
        assert (down.rank, down.vantage, down.edge) == (60, SITE, 30_000)
        (up,) = claims.listing(connection, ["srv-1"])
        assert (up.until - T0, up.horizon) == (290_000, 65_000)


def test_a_change_that_is_not_sure_yet_is_not_booked(hub: Hub) -> None:
    pi = Program("a", "boot-a", T0).begin()
    pi.meet()
    ok = ProbeRun(target="srv-1", outcome=ProbeOutcome.OK, since=0, until=60_000, count=3)
    fail = ProbeRun(target="srv-1", outcome=ProbeOutcome.FAIL, since=90_000, until=95_000, count=2)
    pi.probed(ok, fail)
    hub.take(pi)
    with reading(hub.engine) as connection:
        (up,) = claims.listing(connection, ["srv-1"])
        assert (up.claim, up.until - T0) == (Claim.UP, 90_000)
    pi.probed(
        ProbeRun(
            target="srv-1",
            outcome=ProbeOutcome.FAIL,
            since=100_000,
            until=100_000,
            count=1,
            confirmed=100_000,
            nth=1,
        )
    )
    hub.take(pi)
    with reading(hub.engine) as connection:
        (down,) = claims.listing(connection, ["srv-1"])
        assert (down.claim, down.begin - T0, down.confirmed_at) == (
            Claim.DOWN,
            90_000,
            T0 + 100_000,
        )


def test_programs_and_boots_are_kept_in_their_order(hub: Hub) -> None:
    one = Program("a", "boot-a", T0).begin()
    one.meet()
    one.tick(2)
    two = one.dark_then("b", "boot-b", after=10 * S).begin()
    two.meet()
    hub.take(two)
    hub.take(one)
    with reading(hub.engine) as connection:
        row = boots.load(connection, SITE, "boot-b")
        assert row is not None
        assert (row.before, row.begun_at) == ("boot-a", T0 + 30 * S)
        first = boots.load(connection, SITE, "boot-a")
        assert first is not None
        assert first.before == ""
        jids = connection.scalars(select(schema.site_run.c.jid)).all()
    assert set(jids) == {one.journal.jid, two.journal.jid}
