"""What citizens meet in the hall: slips, announcements, ratings and buttons."""

from collections.abc import Callable, Coroutine
from pathlib import Path

import msgspec

from motcua_edge.app.core import Core
from motcua_edge.app.devices import build_buttons
from motcua_edge.app.identity import kept_secret
from motcua_edge.app.with_ups import mains_was_lost
from motcua_edge.config import AgentConfig, Loaded
from motcua_edge.drivers.buttons import Rules
from motcua_edge.drivers.printer import build_printer
from motcua_edge.drivers.voice import (
    EspeakSynth,
    SoundCache,
    build_clips,
    build_ears,
    build_players,
)
from motcua_edge.services.announcing import AnnouncingService, DailyAnnouncements, SoundCheck
from motcua_edge.services.buttons import ButtonsService, button_map
from motcua_edge.services.health import HealthBook
from motcua_edge.services.printing.paper import PaperMeter
from motcua_edge.services.printing.service import PrintingService
from motcua_edge.services.printing.slips import SlipMaker
from motcua_edge.services.printing.watch import Retry
from motcua_edge.services.rating_desk import RatingDesk


class Hall(msgspec.Struct, frozen=True, kw_only=True):
    """The services of the hall."""

    desk: RatingDesk
    paper: PaperMeter
    printing: PrintingService
    announcing: AnnouncingService
    sound_check: SoundCheck
    daily: DailyAnnouncements
    buttons: ButtonsService

    @property
    def parts(self) -> dict[str, Callable[[], Coroutine[None, None, None]]]:
        """Long-running coroutines by a name for their task."""
        return {
            "printing": self.printing.run,
            "announcing": self.announcing.run,
            "daily": self.daily.run,
            "buttons": self.buttons.run,
        }

    def counts(self) -> dict[str, float]:
        """Slips and announcements by what became of them."""
        slips, calls = self.printing.counts, self.announcing.counts
        printed = {f"print_{name}": float(count) for name, count in slips.items()}
        return printed | {f"announcement_{name}": float(count) for name, count in calls.items()}


def build_hall(loaded: Loaded, core: Core, health: HealthBook) -> Hall:
    """Everything of the hall."""
    agent, office = loaded.agent, core.office
    desk = RatingDesk(office, kept_secret(core.state_dir / "rating-secret"))
    paper = PaperMeter(core.state_dir / "paper.json", agent.printer.roll_slips, health)
    announcing = _announcing(agent, core, health)
    ears = build_ears(agent.voice)
    sound_check = SoundCheck(announcing, ears)
    return Hall(
        desk=desk,
        paper=paper,
        printing=_printing(loaded, core, paper),
        announcing=announcing,
        sound_check=sound_check,
        daily=DailyAnnouncements(
            office,
            announcing,
            after_power_cut=mains_was_lost(core.journal.opened, office),
            at_opening=sound_check.check_all if ears else None,
        ),
        buttons=ButtonsService(
            office=office,
            board=build_buttons(agent.buttons),
            buttons=button_map(agent.buttons, office.site),
            rules=Rules(debounce_ms=agent.buttons.debounce_ms),
            desk=desk,
            health=health,
        ),
    )


def _printing(loaded: Loaded, core: Core, paper: PaperMeter) -> PrintingService:
    section = loaded.agent.printer
    return PrintingService(
        office=core.office,
        printer=build_printer(section),
        slips=SlipMaker(loaded.site, section),
        health=paper,
        retry=Retry(stale_after_ms=section.stale_after_s * 1000),
        on_paper=paper.printed,
    )


def _announcing(agent: AgentConfig, core: Core, health: HealthBook) -> AnnouncingService:
    return AnnouncingService(
        office=core.office,
        players=build_players(agent.voice),
        synth=EspeakSynth(agent.voice.synth),
        clips=build_clips(agent.voice),
        cache=SoundCache(core.state_dir / "voice-cache"),
        health=health,
        spool=_made(core.state_dir / "spool"),
    )


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder
