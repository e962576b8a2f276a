"""The watches every office has: controller, link, equipment that is pinged, dry contacts."""

from collections.abc import Callable, Coroutine, Iterable, Mapping
from pathlib import Path

import msgspec

from motcua_edge.config import AgentConfig
from motcua_edge.config_devices import ContactSection
from motcua_edge.domain.steady import Patience
from motcua_edge.drivers.contacts import GpioContacts
from motcua_edge.drivers.controller import LinuxGauges
from motcua_edge.drivers.net import IcmpPinger, default_gateway, traffic
from motcua_edge.services import contacts_watch, controller_watch, gear_watch, link_watch
from motcua_edge.services.contacts_watch import ContactsWatch, Wired
from motcua_edge.services.controller_watch import ControllerWatch
from motcua_edge.services.devices import Component, Supervised
from motcua_edge.services.gear_watch import GearWatch
from motcua_edge.services.health import HealthBook
from motcua_edge.services.link_watch import LinkWatch, Pinged
from motcua_edge.services.office import OfficeService
from motcua_edge.services.screens import Screens

Part = Callable[[], Coroutine[None, None, None]]


class Watch(msgspec.Struct, frozen=True):
    """One supervised watch and the numbers it has to tell, by `COMPONENT.QUANTITY`."""

    supervised: Supervised
    numbers: Callable[[], Mapping[str, float]]


class Watches:
    """All of them, by the component that a restart names."""

    def __init__(self, watches: Iterable[Watch]) -> None:
        self._watches = tuple(watches)

    @property
    def drivers(self) -> dict[str, Supervised]:
        """What can be restarted, by component."""
        return {each.supervised.component: each.supervised for each in self._watches}

    @property
    def parts(self) -> dict[str, Part]:
        """Long-running coroutines by a name for their task."""
        return {f"{name} watch": each.run for name, each in self.drivers.items()}

    def numbers(self) -> dict[str, float]:
        """Every watch's newest numbers."""
        return {name: n for each in self._watches for name, n in each.numbers().items()}


class Builder:
    """Builds the watches of one office.

    Args:
        agent: The configuration.
        office: For the clock.
        health: Told of every lasting change.
    """

    def __init__(self, agent: AgentConfig, office: OfficeService, health: HealthBook) -> None:
        self._agent = agent
        self._office = office
        self._health = health

    def _mono(self) -> int:
        return self._office.now().mono

    def _component(self, name: str, patience: Patience | None = None) -> Component:
        return Component(name, self._health, self._mono, patience)

    def _watch(self, name: str, loop: Part, numbers: Callable[[], Mapping[str, float]]) -> Watch:
        return Watch(Supervised(name, loop, self._health, self._mono), numbers)

    def controller(self, skew_ms: Callable[[], int | None]) -> Watch:
        """The controller itself."""
        name = controller_watch.COMPONENT
        watch = ControllerWatch(
            gauges=LinuxGauges(Path(self._agent.state_dir), Path(self._agent.controller.root)),
            component=self._component(name),
            clock=lambda: self._office.now().clock,
            skew_ms=skew_ms,
            mono=self._mono,
            every_s=self._agent.controller.every_s,
        )
        return self._watch(name, watch.run, watch.numbers)

    def link(self, online: Callable[[], bool]) -> tuple[LinkWatch, Watch]:
        """The link to the hub."""
        name, section = link_watch.COMPONENT, self._agent.link
        settle = round(section.settle_s * 1000)
        watch = LinkWatch(
            online=online,
            component=self._component(name),
            settle=Patience(worse_ms=settle, better_ms=settle),
            pinger=IcmpPinger() if section.ping else None,
            pinged=Pinged(
                gateway=default_gateway if section.gateway == "auto" else lambda: section.gateway,
                references=section.references,
                hub=self._agent.mqtt.host if self._agent.mqtt else "",
            ),
            traffic=traffic,
            every_s=section.every_s,
        )
        return watch, self._watch(name, watch.run, watch.numbers)

    def screens(self) -> tuple[Screens, Watch]:
        """Displays and kiosks; the web layer hands in their heartbeats."""
        silent_ms = {
            f"{s.kind}-{s.name}" if s.name else s.kind: round(s.silent_s * 1000)
            for s in self._agent.screens
        }
        screens = Screens(self._office, self._health, tuple(silent_ms), silent_ms)
        supervised = Supervised("display", screens.run, self._health, self._mono)
        return screens, Watch(supervised, screens.numbers)

    def gear(self) -> Iterable[Watch]:
        """Equipment that is pinged; one watch for each, so that each has its own pace."""
        for section in self._agent.gear:
            component = self._component(f"gear-{section.name}", gear_watch.PATIENCE)
            watch = GearWatch({section.address: component}, IcmpPinger(), section.every_s)
            yield self._watch(component.name, watch.run, watch.numbers)

    def contacts(self) -> Iterable[Watch]:
        """Dry contacts; one board for each, so that one bad pin does not silence the others."""
        for section in self._agent.contacts:
            wired = self._wired(section)
            watch = ContactsWatch(GpioContacts(self._agent.buttons.factory), [wired])
            yield self._watch(wired.component.name, watch.run, watch.numbers)

    def _wired(self, section: ContactSection) -> Wired:
        return Wired(
            component=self._component(f"contact-{section.name}", contacts_watch.PATIENCE),
            kind=section.kind,
            label=section.label or section.name,
            pin=section.pin,
            rests_closed=section.rests == "closed",
        )
