"""The office's vigil, its probes and the configuration that the hub wants here."""

from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from motcua_contract.desired import PROBES
from motcua_contract.faults import DRIVER_FAILED
from motcua_contract.messages import Message
from motcua_contract.probes import ProbeKind, Reference
from motcua_contract.topics import Up
from motcua_contract.vocabulary import ClockState, StopCause
from motcua_edge.app.with_ups import STOP_REASON
from motcua_edge.config import AgentConfig
from motcua_edge.domain.model import Instant
from motcua_edge.domain.vigil.spans import Look
from motcua_edge.drivers.net import default_gateway
from motcua_edge.drivers.seal import AuthorityVerifier
from motcua_edge.drivers.systemd import Jobs
from motcua_edge.journal import Journal
from motcua_edge.services.desired import DesiredConfig, Keeper
from motcua_edge.services.devices import Supervised
from motcua_edge.services.health import HealthBook
from motcua_edge.services.link_watch import LinkWatch
from motcua_edge.services.office import OfficeService
from motcua_edge.services.vigil import Notebook, Vigil
from motcua_edge.services.vigil.vantage import ProbeVantage

if TYPE_CHECKING:
    from motcua_probes.asking import Asker

NOTEBOOK = "vigil.notes"
"""The file beside the journal that keeps what no fact tells of yet."""
DESIRED = "desired.json"
"""The configuration of the hub that is in force."""
_EARLY_MS: Final = 15_000
"""A program that just began may not have had the time to connect: that is no broken link."""
Say = Callable[[Up, Message], Awaitable[None]]


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """Where a tick looks.

    Attributes:
        office: The clock, and what the office runs on.
        health: Drivers that failed.
        link: The way outwards; None for an office without a hub.
        online: Whether the hub's broker is connected.
        ups: Whether the office has one.
        began: When the program began, in ms of the boot-time clock.
    """

    office: OfficeService
    health: HealthBook
    link: LinkWatch | None
    online: Callable[[], bool]
    ups: bool
    began: int = 0

    def look(self, now: Instant) -> Look:
        """What is seen now."""
        online = self.online()
        early = not online and now.mono - self.began < _EARLY_MS
        failed = [name for name, each in self.health.current.items() if each.code == DRIVER_FAILED]
        return Look(
            mono=now.mono,
            offset=now.wall - now.mono,
            synced=now.clock is ClockState.NTP,
            failed=tuple(sorted(failed)),
            ups=self.office.state.office.power.mode.value if self.ups else "",
            gateway=self.link.gateway if self.link else None,
            hub=None if early or self.link is None else online,
            where=self.link.place.value if self.link and not online and not early else "",
        )


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What the agent runs and tells of it.

    Attributes:
        desired: What the hub wants; None for an office without a hub.
        prober: Runs `vantage`; a fault of it never ends the office.
    """

    vigil: Vigil
    vantage: ProbeVantage
    prober: Supervised
    jobs: Jobs
    desired: DesiredConfig | None = None

    @property
    def parts(self) -> dict[str, Callable[[], Coroutine[None, None, None]]]:
        """Long-running coroutines by a name for their task."""
        parts = {"vigil": self.vigil.run}
        if self.desired is None:
            return parts
        self.desired.begin()
        return parts | {"probes": self.prober.run, "desired configuration": self.desired.run}

    def resumed(self) -> None:
        """The hub has answered a hello: it may have forgotten what runs here."""
        if self.desired is not None:
            self.desired.report()

    async def take(self, payload: bytes) -> None:
        """The uplink's handler of configurations."""
        if self.desired is not None:
            await self.desired.take(payload)

    async def cause(self, reason: str) -> StopCause:
        """Whether the machine goes down with the program that ends for this reason."""
        return StopCause.UPS if reason == STOP_REASON else await self.jobs.stopping()

    def counts(self) -> dict[str, float]:
        """Figures for metrics."""
        running = {"desired_version": float(self.desired.running)} if self.desired else {}
        return self.vigil.counts() | self.vantage.counts() | running


def build_evidence(
    agent: AgentConfig, journal: Journal, seen: Seen, jobs: Jobs, say: Say
) -> Evidence:
    """The vigil of this process; with a hub also its probes and what the hub wants."""
    office, folder = seen.office, Path(agent.state_dir)
    vantage = ProbeVantage(
        agent.site, _asker, lambda: _references(agent), lambda: office.now().mono
    )
    vigil = Vigil(
        office=office,
        notebook=Notebook(folder / NOTEBOOK),
        run=journal.jid,
        same_boot=journal.opened.same_boot,
        look=seen.look,
        probed=vantage.probed,
        news=vantage.news,
    )
    return Evidence(
        vigil=vigil,
        vantage=vantage,
        prober=Supervised("probes", vantage.run, seen.health, lambda: office.now().mono),
        jobs=jobs,
        desired=_desired(agent, vantage, office, say),
    )


def _desired(
    agent: AgentConfig, vantage: ProbeVantage, office: OfficeService, say: Say
) -> DesiredConfig | None:
    if agent.mqtt is None:
        return None
    return DesiredConfig(
        site=agent.site,
        keeper=Keeper(Path(agent.state_dir) / DESIRED),
        verifier=AuthorityVerifier(Path(agent.mqtt.ca)),
        parts={PROBES: vantage},
        say=say,
        now=office.now,
    )


def _asker() -> "Asker":
    # with the protocols it speaks: only for an office that has a list of probes
    from motcua_probes.asking import NetworkAsker  # noqa: PLC0415

    return NetworkAsker()


def _references(agent: AgentConfig) -> tuple[Reference, ...]:
    """What shows that this office is not cut off: its gateway, the hub, what `[link]` names."""
    gateway = default_gateway() if agent.link.gateway == "auto" else agent.link.gateway
    pinged = (gateway, *agent.link.references) if agent.link.ping else ()
    found = [Reference(kind=ProbeKind.ICMP, host=host) for host in pinged if host]
    if agent.mqtt is not None:
        hub = Reference(kind=ProbeKind.TCP, host=agent.mqtt.host, port=agent.mqtt.port)
        found.append(hub)
    return tuple(found)
