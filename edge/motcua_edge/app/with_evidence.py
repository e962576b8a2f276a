"""The office's vigil: built from the parts that know what is to be seen at a tick."""

from collections.abc import Callable, Coroutine
from pathlib import Path

import msgspec

from motcua_contract.faults import DRIVER_FAILED
from motcua_contract.vocabulary import ClockState, StopCause
from motcua_edge.app.with_ups import STOP_REASON
from motcua_edge.domain.model import Instant
from motcua_edge.domain.vigil.spans import Look
from motcua_edge.drivers.systemd import Jobs
from motcua_edge.journal import Journal
from motcua_edge.services.health import HealthBook
from motcua_edge.services.link_watch import LinkWatch
from motcua_edge.services.office import OfficeService
from motcua_edge.services.vigil import Notebook, Vigil

NOTEBOOK = "vigil.notes"
"""The file beside the journal that keeps what no fact tells of yet."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """Where a tick looks.

    Attributes:
        office: The clock, and what the office runs on.
        health: Drivers that failed.
        link: The way outwards; None for an office without a hub.
        online: Whether the hub's broker is connected.
        ups: Whether the office has one.
    """

    office: OfficeService
    health: HealthBook
    link: LinkWatch | None
    online: Callable[[], bool]
    ups: bool

    def look(self, now: Instant) -> Look:
        """What is seen now."""
        online = self.online()
        failed = [name for name, each in self.health.current.items() if each.code == DRIVER_FAILED]
        return Look(
            mono=now.mono,
            offset=now.wall - now.mono,
            synced=now.clock is ClockState.NTP,
            failed=tuple(sorted(failed)),
            ups=self.office.state.office.power.mode.value if self.ups else "",
            gateway=self.link.gateway if self.link else None,
            hub=online,
            where=self.link.place.value if self.link and not online else "",
        )


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What the agent runs and tells of it."""

    vigil: Vigil
    jobs: Jobs

    @property
    def parts(self) -> dict[str, Callable[[], Coroutine[None, None, None]]]:
        """Long-running coroutines by a name for their task."""
        return {"vigil": self.vigil.run}

    async def cause(self, reason: str) -> StopCause:
        """Whether the machine goes down with the program that ends for this reason."""
        return StopCause.UPS if reason == STOP_REASON else await self.jobs.stopping()


def build_evidence(state_dir: Path, journal: Journal, seen: Seen, jobs: Jobs) -> Evidence:
    """The vigil of this process."""
    vigil = Vigil(
        office=seen.office,
        notebook=Notebook(state_dir / NOTEBOOK),
        run=journal.jid,
        same_boot=journal.opened.same_boot,
        look=seen.look,
    )
    return Evidence(vigil=vigil, jobs=jobs)
