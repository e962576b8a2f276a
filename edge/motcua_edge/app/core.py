"""What everything else in the agent stands on: the journal and the office's state."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from motcua_edge.app.identity import hardware_serial, software_version
from motcua_edge.config import Loaded
from motcua_edge.domain import rows
from motcua_edge.domain.numbering import site_series
from motcua_edge.drivers.clock import Clock
from motcua_edge.journal import Journal, Origin
from motcua_edge.services.first_numbers import FirstNumbers
from motcua_edge.services.office import Answer, OfficeService


class Core(msgspec.Struct, frozen=True, kw_only=True):
    """The parts that every other part is built with."""

    state_dir: Path
    origin: Origin
    journal: Journal
    office: OfficeService
    first_numbers: FirstNumbers


def open_core(loaded: Loaded, clock: Clock, *, on_fatal: Callable[[BaseException], None]) -> Core:
    """Open the journal and take up the state where it was left."""
    state_dir = Path(loaded.agent.state_dir)
    state_dir.mkdir(parents=True, exist_ok=True)
    origin = Origin(hardware=hardware_serial(), version=software_version())
    journal = Journal.open(
        state_dir / "journal.sqlite3",
        origin,
        clock.now(),
        series=site_series(loaded.site),
        ballast_bytes=loaded.agent.ballast_bytes,
        on_fatal=on_fatal,
    )
    first_numbers = FirstNumbers()
    return Core(
        state_dir=state_dir,
        origin=origin,
        journal=journal,
        office=_office(loaded, clock, journal, first_numbers),
        first_numbers=first_numbers,
    )


def _office(
    loaded: Loaded, clock: Clock, journal: Journal, first_numbers: FirstNumbers
) -> OfficeService:
    stored = journal.load_rows()
    answers = {
        key: msgspec.json.decode(body, type=Answer) for key, body in stored["idempotency"].items()
    }
    return OfficeService(
        journal=journal,
        site=loaded.site,
        clock=clock,
        state=rows.load(stored),
        answers=answers,
        first_numbers=first_numbers,
    )
