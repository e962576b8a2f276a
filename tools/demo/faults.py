"""Pulling cables, one after the other, with a word before each; what the hub's page says of it."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from demo.camera import NAME as CAMERA
from demo.devices import PAD, Devices
from demo.records import SERVER
from demo.stack import SiteStack, Stack
from demo.technician import Technician

Say = Callable[[str], None]
Act = Callable[[], None]
SOON_S: Final = 15.0
"""A fault is on the technician's page within so many seconds, and its end too."""
_LOOK_EVERY_S: Final = 0.25


class Fault(NamedTuple):
    """One thing that goes wrong, and how the hub calls it.

    `site` is empty when it concerns the province. Of the component `link` the code is how the hub
    hears the office; of `hub`, `deaf` is that it hears nobody; of `server` it is the target
    with an incident.
    """

    name: str
    site: str
    component: str
    code: str
    words: str
    begin: Act
    mend: Act


def all_faults(stack: Stack) -> tuple[Fault, ...]:
    """What can go wrong in this province, in the order of a round."""
    small, middle, large = tuple(stack.sites.values())
    return (
        *_printer(middle),
        *_display(small),
        *_camera(large),
        *_mains(middle),
        *_sound(large),
        *_card(small),
        *_link(large),
        *_pad(middle),
        *_switch(middle),
        *_killed(small),
        *_battery(middle),
        *_server(stack),
        _broker(stack),
    )


def _server(stack: Stack) -> Iterator[Fault]:
    if stack.server is not None:
        words = "the province's one-stop server dies (an incident, letters, a notice drafted)"
        kill = _of(stack.server.kill)
        yield Fault("server_dead", "", "server", SERVER, words, kill, stack.start_server)


def _broker(stack: Stack) -> Fault:
    words = "the broker is killed and forgets what it had acknowledged (offices go on)"
    return Fault(
        "broker_down", "", "hub", "deaf", words, _of(stack.broker.kill), stack.start_broker
    )


def _of(act: Callable[[], object]) -> Act:
    def done() -> None:
        act()

    return done


def _printer(site: SiteStack) -> Iterator[Fault]:
    yield Fault(
        "paper_out",
        site.office.site,
        "printer",
        "paper_out",
        "no paper (the kiosk shows the number large; nothing old is printed after the refill)",
        lambda: site.set_printer(paper_out=True),
        site.set_printer,
    )


def _killed(site: SiteStack) -> Iterator[Fault]:
    words = "the controller loses power (kill -9; it comes back with its line as it was)"
    yield Fault(
        "edge_killed",
        site.office.site,
        "link",
        "suspect",
        words,
        _of(site.edge.kill),
        site.start_edge,
    )


def _link(site: SiteStack) -> Iterator[Fault]:
    cable = site.cable
    if cable is not None:
        words = "the fibre is cut (the hall notices nothing)"
        yield Fault("link_cut", site.office.site, "link", "suspect", words, cable.pull, cable.plug)


_SCENES: Final = {
    "covered": ("lens_covered", "the camera is covered (numbers are not affected)"),
    "moved": ("camera_moved", "somebody turned the camera aside"),
    "frozen": ("camera_frozen", "the camera sends the same picture for ever"),
}
"""Code and scene -> name and words."""


def _camera(site: SiteStack) -> Iterator[Fault]:
    camera = site.camera
    if camera is None:
        return
    component = f"camera-{CAMERA}"
    back = partial(camera.show, "hall")
    for code, (name, words) in _SCENES.items():
        yield Fault(
            name, site.office.site, component, code, words, partial(camera.show, code), back
        )
    words = "the camera's cable is pulled"
    yield Fault(
        "camera_gone", site.office.site, component, "offline", words, camera.close, camera.start
    )


def _mains(site: SiteStack) -> Iterator[Fault]:
    ups = site.ups
    if ups is not None:
        yield Fault(
            "mains_out",
            site.office.site,
            "ups",
            "on_battery",
            "no mains (battery; screens dim, voice low)",
            lambda: ups.say("OB DISCHRG", battery_charge="83"),
            lambda: ups.say("OL CHRG", battery_charge="80"),
        )


def _battery(site: SiteStack) -> Iterator[Fault]:
    """An outage that outlasts the battery: the office shuts itself, and comes back."""
    ups = site.ups
    if ups is None:
        return

    def mend() -> None:
        ups.say("OL CHRG", battery_charge="55")
        site.edge.stop()  # it waits for the machine's halt
        site.start_edge()

    yield Fault(
        "battery_empty",
        site.office.site,
        "link",
        "stopped",
        "the battery ends (it switches itself off; no number is lost)",
        lambda: ups.say("OB DISCHRG LB", battery_charge="18"),
        mend,
    )


def _sound(site: SiteStack) -> Iterator[Fault]:
    """The folder that is the loudspeaker becomes a file: nothing can be played into it."""
    zones = [site.sound / zone for zone in site.zones]

    def pull() -> None:
        for zone in zones:
            if zone.is_dir():
                zone.rename(_aside(zone))
            zone.touch()

    def plug() -> None:
        for zone in zones:
            zone.unlink(missing_ok=True)
            if _aside(zone).exists():
                _aside(zone).rename(zone)

    yield Fault(
        "sound_gone",
        site.office.site,
        "announcer",
        "no_output",
        "the loudspeaker is gone (the board flashes; officers call aloud)",
        pull,
        plug,
    )


def _aside(zone: Path) -> Path:
    return zone.with_name(zone.name + ".aside")


def _display(site: SiteStack) -> Iterator[Fault]:
    devices = site.devices
    if devices is not None:
        display = devices.display
        yield Fault(
            "display_silent",
            site.office.site,
            display.component,
            "not_connected",
            "the hall's display is dark (the voice calls)",
            lambda: setattr(display, "lit", False),
            lambda: setattr(display, "lit", True),
        )


def _card(site: SiteStack) -> Iterator[Fault]:
    devices = site.devices
    if devices is not None:
        kernel = devices.kernel
        yield Fault(
            "card_read_only",
            site.office.site,
            "controller",
            "read_only",
            "the controller's card is read-only, says its kernel",
            lambda: kernel.card_is("ro"),
            lambda: kernel.card_is("rw"),
        )


def _pad(site: SiteStack) -> Iterator[Fault]:
    devices = site.devices
    if devices is None or devices.pad is None:
        return
    words = "the rating pad of counter 1 is pulled out (the screen takes ratings)"
    pad = devices.pad
    yield Fault("pad_pulled", site.office.site, PAD, "offline", words, pad.kill, pad.start)


def _switch(site: SiteStack) -> Iterator[Fault]:
    devices: Devices | None = site.devices
    if devices is None or not devices.switch.can_be_switched_off():
        return
    switch = devices.switch
    words = "the network switch does not answer"
    yield Fault(
        "switch_off",
        site.office.site,
        "gear-switch",
        "unreachable",
        words,
        switch.off,
        switch.on,
    )


class Faults:
    """Makes things fail and mends them, and says when the hub's page tells of it.

    Citizens must be served all the while. Every state lasts `every_s` at least.
    """

    def __init__(
        self, faults: Sequence[Fault], technician: Technician, say: Say, every_s: float
    ) -> None:
        self._faults = faults
        self._technician = technician
        self._say = say
        self._every_s = every_s

    async def run(self) -> None:
        """The whole round, again and again, until cancelled."""
        while True:
            await self.once()

    async def once(self) -> None:
        """One round."""
        for fault in self._faults:
            await asyncio.sleep(self._every_s)
            self._say(f"fault {fault.name}: {fault.site or 'province'}: {fault.words}")
            await self._changes(fault, fault.begin, there=True)
            await asyncio.sleep(self._every_s)
            self._say(f"mended {fault.name}")
            await self._changes(fault, fault.mend, there=False)

    async def _changes(self, fault: Fault, act: Act, *, there: bool) -> None:
        began = time.monotonic()
        await asyncio.to_thread(act)
        while await asyncio.to_thread(self._sees, fault) != there:
            if time.monotonic() - began > 2 * SOON_S:
                self._say(f"   the hub's page does not say so after {2 * SOON_S:.0f} s")
                return
            await asyncio.sleep(_LOOK_EVERY_S)
        what = "on" if there else "gone from"
        self._say(f"   {what} the hub's page after {time.monotonic() - began:.1f} s")

    def _sees(self, fault: Fault) -> bool:
        if self._technician.sees(fault.site, fault.component, fault.code):
            return True
        # a link that is back tells of its own outage for a moment
        return fault.component == "link" and self._technician.sees(fault.site, "link", "down")
