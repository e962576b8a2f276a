"""A running hub whose office goes with its router: first a suspicion, then what the journal says.

The hub is the whole program in a network namespace of its own; the router is another namespace at
its bridge, and is truly taken away. What the office says is told to the hub's own ingest.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from motcua_contract.messages import LinkState, Status, encode
from motcua_contract.probes import ProbeKind, ProbeSpec, Reference
from motcua_contract.topics import Up
from motcua_hub.domain.availability.evidence import Sli, State
from motcua_hub.ingest import Receiver
from motcua_hub.ingest.messages import Incoming
from motcua_hub.ledger import now, probes, targets
from motcua_hub.ledger.names import HUB, link_of
from motcua_hub.ledger.rules import Rules
from motcua_hub.ledger.targets import Kind, Target
from motcua_hub.store import schema, timelines
from motcua_hub.store.engine import reading, writing
from support.hubprogram import Program as HubProgram
from support.hubprogram import hub_command, write_config
from support.pi_journal import Program as Pi
from support.waiting import until

WHY = "a network namespace needs root and unshare"
pytestmark = [
    pytest.mark.root,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("unshare"), reason=WHY),
]
SITE, ROUTER, ADDRESS = "na-son", "na-son.router", "192.0.2.9"
LINK = link_of(SITE)
BRIDGE = (
    "ip link set lo up && ip link add br0 type bridge"
    " && ip addr add 192.0.2.1/24 dev br0 && ip link set br0 up"
)
HOUR = 3_600_000


def wall() -> int:
    return time.time_ns() // 1_000_000


def in_net_of(process: "subprocess.Popen[bytes]", command: str) -> None:
    to = ["nsenter", "--target", str(process.pid), "--net"]
    subprocess.run([*to, "sh", "-c", command], check=True)


class Router:
    """A namespace at the hub's bridge that answers ICMP, until it is taken away."""

    def __init__(self, hub: "subprocess.Popen[bytes]") -> None:
        self._life = subprocess.Popen(["unshare", "--net", "sleep", "600"])
        pid = self._life.pid
        # the namespace is there when `unshare` has become `sleep`
        until(lambda: b"sleep" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0])
        cable = f"ip link add r0 type veth peer name r1 netns {pid}"
        in_net_of(hub, f"{cable} && ip link set r0 master br0 up")
        in_net_of(self._life, f"ip addr add {ADDRESS}/24 dev r1 && ip link set r1 up")

    def take_away(self) -> None:
        """Its namespace ends, and its end of the cable with it."""
        self._life.kill()
        self._life.wait()


class World:
    """A running hub, an office that speaks to it, and what the hub made of it."""

    def __init__(self, engine: Engine, folder: Path, url: str) -> None:
        self.engine, self.receiver = engine, Receiver(engine)
        file = write_config(
            folder, "[web]\nport = 0", '[mqtt]\nhost = "127.0.0.1"\nport = 1', database_url=url
        )
        command = hub_command("run", "--config", file)
        inside = ["unshare", "--net", "sh", "-c", f'{BRIDGE} && exec "$@"', "sh", *command]
        self.hub = HubProgram(inside, folder / "hub.log")
        self._log = folder / "hub.log"
        until(lambda: "pages at" in self._log.read_text(), within=60)
        self.router = Router(self.hub.process)

    def says(self, state: LinkState, session: str) -> int:
        """The office's birth, or the broker's word that it is gone; when that was."""
        at = wall()
        status = Status(state=state, session=session, boot="boot-a", at=at)
        said = Incoming(site=SITE, kind=Up.STATUS, payload=encode(status), at=at)
        self.receiver.take([said])
        return at

    def mark_the_router(self) -> None:
        made = Target(
            id=ROUTER, name="Bộ định tuyến", kind=Kind.DEVICE, site=SITE, parent=LINK,
            rules=Rules(router=True),
        )  # fmt: skip
        ping = ProbeSpec(
            target=ROUTER, kind=ProbeKind.ICMP, host=ADDRESS, interval=1_000, retry=200, timeout=500
        )
        itself = Reference(kind=ProbeKind.ICMP, host="192.0.2.1")
        with writing(self.engine) as connection:
            targets.add(connection, made, wall())
            probes.refer(connection, HUB, [itself], wall())
            probes.add(connection, HUB, ping, wall())

    def there(self, target: str) -> bool:
        with reading(self.engine) as connection:
            return targets.get(connection, target) is not None

    def state(self, target: str, sli: Sli = Sli.REACHABLE) -> State | None:
        with reading(self.engine) as connection:
            found = now.states(connection, wall()).get((target, sli))
        return None if found is None else found.state

    def incident(self, target: str) -> dict[str, Any] | None:
        i = schema.incident
        with reading(self.engine) as connection:
            query = select(i).where(i.c.target == target, i.c.kind == "down")
            row = connection.execute(query).mappings().one_or_none()
        return None if row is None else dict(row)

    def causes(self, target: str) -> list[tuple[str, int, int, bool]]:
        """Every word on the cause of its outage: cause, rule, confidence, provisional."""
        row = self.incident(target)
        if row is None:
            return []
        with reading(self.engine) as connection:
            told = timelines.entries_of(connection, row["id"])
        details = [e.detail for e in told if e.happening in ("cause_set", "cause_changed")]
        return [(d["cause"], d["rule"], d["confidence"], d["provisional"]) for d in details]

    def end(self) -> None:
        self.router.take_away()
        self.hub.kill()


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> Iterator[World]:
    url = engine.url.set(drivername=engine.url.get_backend_name())
    made = World(engine, tmp_path, url.render_as_string(hide_password=False))
    yield made
    made.end()


def patiently(probe: Callable[[], object]) -> None:
    until(probe, within=120, every=0.2)


def journal(cut: int, back: int) -> Pi:
    """The Pi ran on through all of it, and saw its gateway but not the hub."""
    pi = Pi("a", "boot-a", cut - HOUR).begin()
    pi.meet()
    pi.tick((cut - pi.now) // 10_000, gateway=True)
    while pi.now < back:
        pi.tick(hub=False, where="wan", gateway=True)
    pi.tick(20, gateway=True)
    pi.report()
    return pi


def test_a_silent_router_is_a_suspect_line_until_the_offices_journal_says_it_was(
    world: World,
) -> None:
    world.says(LinkState.ONLINE, "s-1")
    patiently(lambda: world.there(LINK))
    world.mark_the_router()
    patiently(lambda: world.state(ROUTER) is State.UP)
    cut = world.says(LinkState.ONLINE, "s-2")
    world.router.take_away()
    patiently(lambda: world.state(ROUTER) is State.DOWN)
    world.says(LinkState.OFFLINE, "s-2")
    patiently(lambda: world.causes(LINK))
    assert world.causes(LINK) == [("link", 10, 500, True)]
    row, router = world.incident(LINK), world.incident(ROUTER)
    assert row is not None
    assert (row["responsible"], row["status"]) == ("link", "open")
    if router is not None:  # confirmed before its link was, it joins the link's incident
        patiently(lambda: (world.incident(ROUTER) or {})["parent"] == row["id"])

    world.router = Router(world.hub.process)
    patiently(lambda: world.state(ROUTER) is State.UP)
    back = world.says(LinkState.ONLINE, "s-3")
    patiently(lambda: (world.incident(LINK) or {})["restored_at"] is not None)
    assert world.causes(LINK) == [("link", 10, 500, True)]
    # the office's clock says when: it tells of more than the two minutes after the end at once
    world.receiver.batch(SITE, journal(cut, back).journal.batch(), wall())
    patiently(lambda: len(world.causes(LINK)) > 1)
    row = world.incident(LINK)
    assert row is not None
    cause, rule, confidence, provisional = world.causes(LINK)[-1]
    assert (rule, provisional, row["provisional"]) == (3, False, False)
    assert cause in {"link", "wan"}
    assert confidence >= 990
    # said once: three more rounds of the desk change nothing
    rounds = wall() + 10_000
    until(lambda: wall() > rounds, within=20, every=0.5)
    assert len(world.causes(LINK)) == 2
