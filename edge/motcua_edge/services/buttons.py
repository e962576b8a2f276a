"""Buttons at the counters and at the door: a press becomes a rating or a ticket."""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping
from typing import Final, Protocol

import msgspec

from motcua_contract.sentences import say
from motcua_contract.siteconfig import SiteConfig
from motcua_contract.vocabulary import Channel, HealthState
from motcua_edge.config import ButtonsSection
from motcua_edge.domain.commands import GiveRating, IssueTicket, RefusePress
from motcua_edge.domain.refusals import Refusal
from motcua_edge.drivers.buttons import (
    ButtonBoard,
    ButtonsUnavailableError,
    DebouncedBoard,
    Event,
    Rules,
)
from motcua_edge.services.office import OfficeService

COMPONENT: Final = "buttons"
NOTHING_TO_RATE: Final = "nothing_to_rate"
_HIGHEST_PIN: Final = 27
_RETRY_S: Final = (5.0, 15.0, 60.0)
_LOG = logging.getLogger(__name__)


class RatingDesk(Protocol):
    """Knows what may be rated at a counter now."""

    def current(self, counter: int) -> tuple[str, str] | None:
        """(ticket id, nonce) of the rating window open at a counter, or None."""
        ...


class HealthReporter(Protocol):
    """Takes a component's state; repeating the same one is harmless."""

    async def report(
        self, component: str, state: HealthState, code: str = "", detail: str = ""
    ) -> object:
        """Say how a component is."""
        ...


class ButtonMapError(ValueError):
    """The `[buttons]` section does not fit this controller or site; the message has the path."""


class RatingButton(msgspec.Struct, frozen=True):
    """Gives `level` (1 is the worst) to who was served last at `counter`."""

    counter: int
    level: int

    @property
    def device(self) -> str:
        """All buttons of a counter are one device."""
        return f"buttons-{self.counter}"


class TicketButton(msgspec.Struct, frozen=True):
    """Issues a ticket for a service field."""

    service: str
    pin: int

    @property
    def device(self) -> str:
        """Each ticket button is a device of its own."""
        return f"button-{self.pin}"


Button = RatingButton | TicketButton


def button_map(section: ButtonsSection, site: SiteConfig) -> dict[int, Button]:
    """What each BCM pin does; raises ButtonMapError naming the path of what is wrong."""
    ratings: dict[int, Button] = {
        _pin("pins", pin): _rating(pin, target, site) for pin, target in section.pins.items()
    }
    tickets: dict[int, Button] = {}
    for pin, code in section.tickets.items():
        number = _pin("tickets", pin)
        if number in ratings:
            msg = f"pin {pin} is a rating button already - at `$.buttons.tickets.{pin}`"
            raise ButtonMapError(msg)
        if site.service(code) is None:
            msg = f"service {code!r} is not in the site file - at `$.buttons.tickets.{pin}`"
            raise ButtonMapError(msg)
        tickets[number] = TicketButton(code, number)
    return ratings | tickets


def _pin(table: str, text: str) -> int:
    if not (text.isdecimal() and int(text) <= _HIGHEST_PIN and str(int(text)) == text):
        msg = f"{text!r} is no BCM pin (0 to {_HIGHEST_PIN}) - at `$.buttons.{table}`"
        raise ButtonMapError(msg)
    return int(text)


def _rating(pin: str, target: str, site: SiteConfig) -> RatingButton:
    path = f"at `$.buttons.pins.{pin}`"
    counter, colon, level = target.partition(":")
    if not (colon and counter.isdecimal() and level.isdecimal()):
        msg = f"{target!r} is not COUNTER:LEVEL such as 3:1 - {path}"
        raise ButtonMapError(msg)
    button = RatingButton(int(counter), int(level))
    if site.counter(button.counter) is None:
        msg = f"counter {counter} is not in the site file - {path}"
        raise ButtonMapError(msg)
    if not 1 <= button.level <= site.rating.scale:
        msg = f"level {level} is outside 1 to {site.rating.scale} - {path}"
        raise ButtonMapError(msg)
    return button


class ButtonsService:
    """Acts on presses, one at a time, in the order in which they came."""

    def __init__(
        self,
        *,
        office: OfficeService,
        board: ButtonBoard,
        buttons: Mapping[int, Button],
        rules: Rules,
        desk: RatingDesk,
        health: HealthReporter,
        retry_s: tuple[float, ...] = _RETRY_S,
    ) -> None:
        self._office = office
        self._buttons = buttons
        self._desk = desk
        self._health = health
        self._retry_s = retry_s
        self._events: asyncio.Queue[tuple[int, Event]] = asyncio.Queue()
        self._board = DebouncedBoard(board, rules, lambda *event: self._events.put_nowait(event))
        self._stuck: set[int] = set()
        self.counts: Counter[str] = Counter()

    async def run(self) -> None:
        """Serve the buttons until cancelled. Without buttons it only waits to be cancelled."""
        if self._buttons:
            await self._open()
        try:
            while True:
                await self._handle(*await self._events.get())
        finally:
            self._board.close()

    async def _open(self) -> None:
        """Open the pins, again and again with growing pauses: pages work without them."""
        attempt = 0
        while True:
            try:
                self._board.open(self._buttons)
            except ButtonsUnavailableError as error:
                why = say("buttons.pins", error=str(error))
                if attempt == 0:
                    _LOG.warning("buttons offline: %s", error)
                await self._health.report(COMPONENT, HealthState.PROBLEM, "offline", why)
                await asyncio.sleep(self._retry_s[min(attempt, len(self._retry_s) - 1)])
                attempt += 1
            else:
                await self._health.report(COMPONENT, HealthState.OK)
                return

    async def _handle(self, pin: int, event: Event) -> None:
        self.counts[event.value] += 1
        match event:
            case Event.PRESSED:
                await self._press(self._buttons[pin])
            case Event.STUCK:
                self._stuck.add(pin)
                await self._report_stuck()
            case Event.FREED:
                self._stuck.discard(pin)
                await self._report_stuck()
            case Event.RELEASED:
                pass

    async def _press(self, button: Button) -> None:
        if isinstance(button, RatingButton):
            await self._rate(button)
        else:
            await self._issue(button)

    async def _rate(self, button: RatingButton) -> None:
        window = self._desk.current(button.counter)
        if window is None:
            await self._refuse(button, NOTHING_TO_RATE)
            return
        ticket, nonce = window
        try:
            await self._office.execute(
                GiveRating(ticket=ticket, nonce=nonce, level=button.level, device=button.device)
            )
        except Refusal as refusal:
            await self._refuse(button, refusal.code.value)
        else:
            self.counts["rated"] += 1

    async def _refuse(self, button: RatingButton, cause: str) -> None:
        self.counts["refused"] += 1
        await self._office.execute(
            RefusePress(device=button.device, counter=button.counter, cause=cause)
        )

    async def _issue(self, button: TicketButton) -> None:
        try:
            await self._office.execute(
                IssueTicket(service=button.service, channel=Channel.BUTTON, device=button.device)
            )
        except Refusal as refusal:
            # the citizen sees no screen here: the desk by the machine has to tell them
            self.counts["refused"] += 1
            _LOG.info("ticket button %s: %s", button.device, refusal)
        else:
            self.counts["issued"] += 1

    async def _report_stuck(self) -> None:
        if not self._stuck:
            await self._health.report(COMPONENT, HealthState.OK)
            return
        pins = ", ".join(str(pin) for pin in sorted(self._stuck))
        await self._health.report(
            COMPONENT, HealthState.PROBLEM, "button_stuck", say("buttons.held", pins=pins)
        )
