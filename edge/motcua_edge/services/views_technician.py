"""What technicians and supervisors see: devices, pairing, switches, figures."""

from collections.abc import Iterable, Mapping

from motcua_contract.faults import find
from motcua_contract.sentences import phrases_of, vietnamese
from motcua_contract.siteconfig import SiteConfig
from motcua_edge.domain.localtime import local
from motcua_edge.domain.model import Counter, Instant, OfficeState, Service
from motcua_edge.domain.screens import is_screen
from motcua_edge.services.pads import PadCard as KnownPad
from motcua_edge.services.views_common import View


class DeviceHealth(View, frozen=True, kw_only=True):
    """A component, and what to do now when something is wrong with it (R25).

    `detail` is Vietnamese; `foreign` says that it could only be told in English. `screen`: a
    technician may stop watching it; `aside`: the name of who did.
    """

    component: str
    state: str
    code: str
    since: int
    detail: str
    foreign: bool = False
    drill: bool = False
    title: str = ""
    steps: tuple[str, ...] = ()
    who: str = ""
    screen: bool = False
    aside: str = ""


class PairedCard(View, frozen=True, kw_only=True):
    """A paired browser."""

    id: str
    counter: int
    paired_at: int
    in_use: bool


class CounterCard(View, frozen=True, kw_only=True):
    """A counter and who sits there."""

    number: int
    state: str
    officer: str | None
    officer_name: str
    area: str


class ServiceCard(View, frozen=True, kw_only=True):
    """A service field's switch."""

    code: str
    name: str
    state: str
    reason: str


class PadCard(View, frozen=True, kw_only=True):
    """A pad and its last update; `percent` of the firmware is with it, `why` is Vietnamese."""

    name: str
    counter: int
    firmware: str
    shipped: str
    old: bool
    update: str = ""
    percent: int = 0
    why: str = ""


class TechnicianView(View, frozen=True, kw_only=True):
    """Everything on the technician page. `figures` come from the journal and the uplink."""

    version: int
    now: int
    site: str
    software: str
    config_version: int
    day: str
    day_closed: bool
    today: str
    clock: str
    training: bool
    health: tuple[DeviceHealth, ...]
    paired: tuple[PairedCard, ...]
    counters: tuple[CounterCard, ...]
    services: tuple[ServiceCard, ...]
    figures: dict[str, int | float | str]
    cameras: dict[str, tuple[str, ...]]
    pads: tuple[PadCard, ...]


def technician_view(
    state: OfficeState,
    site: SiteConfig,
    now: Instant,
    *,
    software: str,
    figures: Mapping[str, int | float | str],
    cameras: Mapping[str, tuple[str, ...]] | None = None,
    pads: Iterable[KnownPad] = (),
) -> TechnicianView:
    """The technician page for one moment; `cameras` with their stored pictures, newest first."""
    return TechnicianView(
        version=state.office.version,
        now=now.wall,
        site=site.name,
        software=software,
        config_version=site.version,
        day=state.office.day,
        day_closed=state.office.day_closed,
        today=local(now.wall).date().isoformat(),
        clock=now.clock.value,
        training=state.office.training,
        health=tuple(_device(state, site, name) for name in sorted(state.health)),
        paired=_paired(state),
        counters=_counters(state, site),
        services=_services(state, site),
        figures=dict(figures),
        cameras=dict(cameras or {}),
        pads=tuple(_pad(each) for each in pads),
    )


def _pad(known: KnownPad) -> PadCard:
    update = known.update
    return PadCard(
        name=known.name,
        counter=known.counter,
        firmware=known.firmware,
        shipped=known.shipped,
        old=known.old,
        update=_state_of(known),
        percent=100 * update.sent // max(1, update.size) if update else 0,
        why=vietnamese(phrases_of(update.why)) if update else "",
    )


def _state_of(pad: KnownPad) -> str:
    if pad.update is None:
        return ""
    back = pad.update.state == "done" and pad.old and pad.rolled_back
    return "rolled_back" if back else pad.update.state


def _paired(state: OfficeState) -> tuple[PairedCard, ...]:
    busy = {c.device for c in state.counters.values() if c.officer}
    cards = [
        PairedCard(id=d.id, counter=d.counter, paired_at=d.paired_at, in_use=d.id in busy)
        for d in state.devices.values()
    ]
    return tuple(sorted(cards, key=lambda c: (c.counter, c.id)))


def _counters(state: OfficeState, site: SiteConfig) -> tuple[CounterCard, ...]:
    cards = []
    for config in site.counters:
        now = state.counters.get(str(config.number)) or Counter(number=config.number)
        person = site.officer(now.officer) if now.officer else None
        cards.append(
            CounterCard(
                number=config.number,
                state=now.state.value,
                officer=now.officer,
                officer_name=person.name if person else "",
                area=config.area,
            )
        )
    return tuple(cards)


def _services(state: OfficeState, site: SiteConfig) -> tuple[ServiceCard, ...]:
    cards = []
    for config in site.services:
        now = state.services.get(config.code) or Service(code=config.code)
        cards.append(
            ServiceCard(
                code=config.code, name=config.name, state=now.state.value, reason=now.reason
            )
        )
    return tuple(cards)


def _device(state: OfficeState, site: SiteConfig, name: str) -> DeviceHealth:
    health, aside = state.health[name], state.office.screens_aside.get(name)
    person = site.officer(aside.actor) if aside else None
    detail = vietnamese(health.said)
    fault = find(health.component, health.code) if health.code else None
    return DeviceHealth(
        component=health.component,
        state=str(health.state),
        code=health.code,
        since=health.since,
        detail=detail or health.detail,
        foreign=not detail,
        drill=health.drill,
        title=fault.card.title if fault else "",
        steps=fault.card.steps if fault else (),
        who=fault.card.who if fault else "",
        screen=is_screen(name),
        aside=(person.name if person else aside.actor) if aside else "",
    )
