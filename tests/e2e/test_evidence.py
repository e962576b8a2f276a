"""What an office proves at the hub: a cut link, a killed program, a new boot, a wrong clock."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from demo.offices import OFFICES
from demo.stack import SiteStack, Stack, running
from motcua_contract.probes import ProbeKind, ProbeSpec
from motcua_hub.domain.availability.evidence import Rank, Sli
from motcua_hub.domain.availability.policy import Policy
from motcua_hub.domain.availability.timeline import timeline
from motcua_hub.ingest.messages import now_ms
from motcua_hub.ledger import claims, evidence, probes
from motcua_hub.ledger.imports.circumstances import of_site
from motcua_hub.ledger.names import link_of, pi_of
from motcua_hub.ledger.targets import Kind, Target, add
from motcua_hub.store import desired
from motcua_hub.store.engine import open_engine, reading, writing
from support.faketime import WallClock, why_not
from support.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
SMALL = OFFICES[0]
SITE = SMALL.site
HOURS = 3_600_000
CUT_S = 35
"""Three of the machine's ticks at least fall into it, and none of them reaches the hub."""


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    made = Stack(tmp_path / "province", [SMALL], reconnect_cap_s=1.0)
    made.sites[SITE].pretend_boot("boot-1")
    with running(made) as started:
        # on one machine a ping reaches the hub whatever cable is pulled
        config = started.sites[SITE].config
        config.write_text(config.read_text().replace("[link]", "[link]\nping = false"))
        started.sites[SITE].edge.stop()
        started.sites[SITE].start_edge()
        yield started


@pytest.fixture
def engine(stack: Stack) -> Iterator[Engine]:
    opened = open_engine(f"sqlite:///{stack.folder / 'hub' / 'hub.sqlite3'}")
    yield opened
    opened.dispose()


@pytest.fixture
def site(stack: Stack) -> SiteStack:
    return stack.sites[SITE]


def said(engine: Engine, target: str, sli: Sli) -> list[tuple[int, int, str, str]]:
    """What the journal says of a target: (begin, end, state, cause)."""
    with reading(engine) as connection:
        pieces = list(evidence.of_target(connection, target))
        words = (claims.spoken(each, 2**60) for each in claims.listing(connection, [target]))
        pieces += [word for word in words if word is not None]
    mine = [each for each in pieces if each.sli is sli and each.rank == Rank.JOURNAL]
    if not mine:
        return []
    life = (min(e.begin for e in mine), max(e.end for e in mine))
    segments = timeline(mine, Policy(sli=sli, vantages=("hub",)), life=life)
    return [(s.begin, s.end, s.state.value, s.cause) for s in segments]


def state_at(engine: Engine, target: str, sli: Sli, at: int) -> str:
    found = [each[2] for each in said(engine, target, sli) if each[0] <= at < each[1]]
    return found[0] if found else ""


def ticking(engine: Engine, since: int) -> Callable[[], bool]:
    return lambda: state_at(engine, pi_of(SITE), Sli.RUNNING, since) == "up"


def cut_the_link(site: SiteStack, engine: Engine) -> None:
    """The journal comes late and says: the machine worked, the link did not."""
    assert site.cable is not None
    pi, link = pi_of(SITE), link_of(SITE)
    cut = now_ms()
    site.cable.pull()
    time.sleep(CUT_S)  # that is how long it lasts
    site.cable.plug()
    back = now_ms()

    def link_is_back() -> bool:
        last = said(engine, link, Sli.REACHABLE)[-1:]
        return [each[2] for each in last] == ["up"] and last[0][0] > cut

    until(ticking(engine, back), within=90, every=1)
    until(link_is_back, within=60, every=1)
    through = [each for each in said(engine, pi, Sli.RUNNING) if each[1] > cut and each[0] < back]
    assert [each[2] for each in through] == ["up"], through
    (down,) = [each for each in said(engine, link, Sli.REACHABLE) if each[2] == "down"]
    assert abs(down[0] - cut) <= 15_000
    assert abs(down[1] - back) <= 20_000
    with reading(engine) as connection:
        story = of_site(connection, SITE, (cut, back))
    assert False in {each.hub for each in story.reach}
    assert [boot.boot_id for boot in story.boots] == ["boot-1"]
    assert story.journal_until is not None
    assert story.journal_until >= back


def kill_the_program(site: SiteStack, engine: Engine) -> None:
    """The same boot goes on under another program."""
    killed = now_ms()
    site.edge.kill()
    time.sleep(30)  # nobody starts it again for a while
    site.start_edge()
    started = now_ms()
    until(ticking(engine, started + 1_000), within=90, every=1)
    agent = said(engine, f"{SITE}.agent", Sli.RUNNING)
    (gap,) = [each for each in agent if each[2:] == ("down", "software")]
    assert killed - 11_000 <= gap[0] <= killed + 1_000
    with reading(engine) as connection:
        story = of_site(connection, SITE, (killed - 20_000, started + 20_000))
    assert [boot.boot_id for boot in story.boots] == ["boot-1"]
    assert {"failed", "start"} <= {event.kind.value for event in story.app}


def cut_the_power(site: SiteStack, engine: Engine, clock: WallClock | None) -> None:
    """The machine comes back with a clock three hours behind; network time mends it later."""
    dark = now_ms()
    site.edge.kill()
    if clock is not None:
        clock.fit()
        clock.shift(-3 * 3_600)
    time.sleep(20)  # it is dark for so long
    site.pretend_boot("boot-2")
    begun = now_ms()
    site.start_edge()
    time.sleep(25)  # it ticks with the wrong clock; the hub's certificate is not valid yet for it
    if clock is not None:
        clock.shift(0)
    until(ticking(engine, begun + 15_000), within=120, every=1)
    found = said(engine, pi_of(SITE), Sli.RUNNING)
    (down,) = [each for each in found if each[2] == "down"]
    assert dark - 11_000 <= down[0] <= dark + 1_000
    assert abs(down[1] - begun) <= 2_000
    assert max(each[1] for each in found) <= now_ms() + 1_000
    assert min(each[0] for each in found) > dark - HOURS


def test_a_cut_link_a_killed_program_and_a_new_boot_with_a_wrong_clock(
    site: SiteStack, engine: Engine
) -> None:
    clock = WallClock(site) if not why_not() else None
    # ticks before anything happens: the machine is known to be up well after its start
    until(ticking(engine, now_ms() + 12_000), within=90, every=0.5)
    cut_the_link(site, engine)
    kill_the_program(site, engine)
    cut_the_power(site, engine, clock)


def test_a_pi_probes_what_the_hub_wants_and_its_results_survive_a_cut(
    stack: Stack, site: SiteStack, engine: Engine
) -> None:
    assert site.cable is not None
    target = Target(id="srv-web", name="Máy chủ", kind=Kind.SERVER, life_begin=now_ms() - HOURS)
    spec = ProbeSpec(
        target="srv-web",
        kind=ProbeKind.TCP,
        host="127.0.0.1",
        port=stack.hub_port,
        interval=2_000,
        retry=500,
        timeout=1_000,
    )
    with writing(engine) as connection:
        add(connection, target, now_ms())
        probes.add(connection, SITE, spec, now_ms())

    def applied() -> bool:
        with reading(engine) as connection:
            told = desired.reported(connection, SITE)
        return told is not None and (told.state, told.running) == ("applied", 1)

    until(applied, within=30, every=0.5)

    def mine() -> list[str]:
        with reading(engine) as connection:
            found = list(evidence.of_target(connection, "srv-web"))
            words = (claims.spoken(e, 2**60) for e in claims.listing(connection, ["srv-web"]))
            found += [word for word in words if word is not None]
        of_site_only = [each for each in found if each.vantage == SITE]
        return [each.claim.value for each in sorted(of_site_only, key=lambda each: each.begin)]

    time.sleep(10)  # some probes while all is well
    stack.hub.stop()
    time.sleep(15)  # the target, which is the hub's own page, is down for so long
    stack.hub.start()
    stack.hub.wait_port(stack.hub_port)
    until(lambda: "down" in mine() and mine()[-1] == "up", within=120, every=1)
    assert mine()[0] == "up"
