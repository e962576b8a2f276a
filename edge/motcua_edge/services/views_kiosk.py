"""What the kiosk shows. Whether a field gives out numbers is asked of the rules themselves."""

from collections import Counter as Tally

import msgspec

from motcua_contract.facts.tickets import TicketIssued
from motcua_contract.siteconfig import ServiceField, SiteConfig
from motcua_contract.vocabulary import PrintState
from motcua_edge.domain.commands import IssueTicket
from motcua_edge.domain.decide import decide
from motcua_edge.domain.localtime import local
from motcua_edge.domain.model import Instant, OfficeState
from motcua_edge.domain.queue import waiting
from motcua_edge.domain.refusals import Refusal, RefusalCode
from motcua_edge.services.views_common import PRINTER, PartHealth, View, broken, family_health

_STATUS = {
    RefusalCode.SERVICE_CLOSED: "closed",
    RefusalCode.SERVICE_SUSPENDED: "suspended",
    RefusalCode.SERVICE_PENDING: "pending",
    RefusalCode.OUT_OF_HOURS: "closed",
    RefusalCode.HOLIDAY: "closed",
    RefusalCode.ISSUE_STOPPED: "stopped",
    RefusalCode.POWER_LOW: "stopped",
    RefusalCode.POWER_CHARGING: "stopped",
    RefusalCode.DAY_UNCONFIRMED: "closed",
    RefusalCode.QUOTA_FULL: "full",
    RefusalCode.CAPACITY_LOW: "late",
    RefusalCode.TOO_FAST: "open",
}
_FACES = {
    RefusalCode.DAY_UNCONFIRMED: "confirm_day",
    RefusalCode.HOLIDAY: "holiday",
    RefusalCode.OUT_OF_HOURS: "closed",
    RefusalCode.ISSUE_STOPPED: "stopped",
    RefusalCode.POWER_LOW: "power_low",
    RefusalCode.POWER_CHARGING: "power_charging",
}
_OFFERED_MS = 60 * 60_000


class KioskField(View, frozen=True, kw_only=True):
    """One service field. `status`: open, late, closed, stopped, full, suspended, pending."""

    code: str
    name: str
    name_en: str
    series: str
    area: str
    floor: str
    status: str
    why: str = ""
    reason: str = ""
    values: dict[str, str] = msgspec.field(default_factory=dict)
    effective_from: str | None = None
    waiting: int
    low: int | None = None
    high: int | None = None
    purposes: tuple[str, ...]


class Slip(View, frozen=True, kw_only=True):
    """A number whose slip never came out."""

    id: str
    label: str
    version: int


class KioskView(View, frozen=True, kw_only=True):
    """`face`: open, closed, stopped, holiday, confirm_day, power_low or power_charging.

    `power` is what the office runs on, as `PowerMode` says.
    """

    version: int
    now: int
    today: str
    face: str
    values: dict[str, str]
    morning: str
    afternoon: str
    training: bool
    power: str
    help_at: int | None
    printer: PartHealth
    fields: tuple[KioskField, ...]
    priorities: tuple[str, ...]
    elderly_age: int
    unprinted: tuple[Slip, ...]
    officers: tuple[tuple[str, str], ...]
    filmed: bool


def kiosk_view(
    state: OfficeState, site: SiteConfig, now: Instant, *, filmed: bool = False
) -> KioskView:
    """The whole kiosk, for one moment; `filmed`: cameras are here, and people must be told."""
    tally = Tally(ticket.service for ticket in waiting(state))
    active = [s for s in site.services if s.state != "draft"]
    answers = {s.code: _asked(state, site, now, s) for s in active}
    fields = tuple(_field(state, s, answers[s.code], tally[s.code]) for s in active)
    face, values = _face([a for a in answers.values() if isinstance(a, Refusal)], len(active))
    printer = family_health(state, PRINTER)
    morning, afternoon = hours(site, now)
    return KioskView(
        version=state.office.version,
        now=now.wall,
        today=local(now.wall).date().isoformat(),
        face=face,
        values=values,
        morning=morning,
        afternoon=afternoon,
        training=state.office.training,
        power=state.office.power.mode.value,
        help_at=state.office.help_at,
        printer=printer,
        fields=fields,
        priorities=tuple(p.value for p in site.priorities),
        elderly_age=site.elderly_age,
        unprinted=() if broken(printer) else _unprinted(state, now),
        officers=tuple((o.id, o.name) for o in site.officers) if face == "confirm_day" else (),
        filmed=filmed,
    )


def _asked(
    state: OfficeState, site: SiteConfig, now: Instant, service: ServiceField
) -> TicketIssued | Refusal | None:
    try:
        facts = decide(state, site, IssueTicket(service=service.code, device=""), now)
    except Refusal as refusal:
        return refusal
    return next((fact for fact in facts if isinstance(fact, TicketIssued)), None)


def _field(
    state: OfficeState, service: ServiceField, answer: TicketIssued | Refusal | None, waiting: int
) -> KioskField:
    refusal = answer if isinstance(answer, Refusal) else None
    issued = answer if isinstance(answer, TicketIssued) else None
    switch = state.services.get(service.code)
    return KioskField(
        code=service.code,
        name=service.name,
        name_en=service.name_en,
        series=service.series,
        area=service.area,
        floor=service.floor,
        status=_STATUS.get(refusal.code, "closed") if refusal else "open",
        why=refusal.code.value if refusal else "",
        reason=switch.reason if switch else "",
        values=refusal.values if refusal else {},
        effective_from=service.effective_from,
        waiting=waiting,
        low=issued.wait_low_min if issued else None,
        high=issued.wait_high_min if issued else None,
        purposes=tuple(p.value for p in service.purposes),
    )


def _face(refusals: list[Refusal], fields: int) -> tuple[str, dict[str, str]]:
    """The face of the whole kiosk: `open` while any field can be chosen or differs."""
    unconfirmed = [r for r in refusals if r.code is RefusalCode.DAY_UNCONFIRMED]
    if unconfirmed:
        return "confirm_day", unconfirmed[0].values
    offices = [r for r in refusals if r.code in _FACES]
    if not fields or len(refusals) < fields or not offices:
        return "open", {}
    blocking = {RefusalCode.SERVICE_PENDING, RefusalCode.SERVICE_SUSPENDED}
    if any(r.code not in _FACES and r.code not in blocking for r in refusals):
        return "open", {}
    return _FACES[offices[0].code], offices[0].values


def _unprinted(state: OfficeState, now: Instant) -> tuple[Slip, ...]:
    """Numbers still in line whose slip failed or went stale: offered, never mass printed."""
    lost = (PrintState.DROPPED, PrintState.FAILED)
    found = [
        t for t in waiting(state) if t.print.state in lost and now.wall - t.issued_at < _OFFERED_MS
    ]
    found.sort(key=lambda t: t.issued_at)
    return tuple(Slip(id=t.id, label=t.label, version=t.version) for t in found[:12])


def hours(site: SiteConfig, now: Instant) -> tuple[str, str]:
    """The issue hours of today's weekday, `07:30–11:30` and `13:30–17:00`; empty when none."""
    today = local(now.wall).date()
    like = next((w.like for w in site.calendar.work_days if w.day == today.isoformat()), None)
    weekday = like or today.isoweekday()
    shifts = [
        s
        for s in site.calendar.shifts
        if (s.valid_from or "") <= today.isoformat() <= (s.valid_to or "9999")
    ]
    shown = [s for s in shifts if weekday in s.days] or [s for s in shifts if 1 in s.days]
    spans = [(s.issue_from or s.opens, s.issue_until or s.closes) for s in shown]
    return (
        ", ".join(f"{a}–{b}" for a, b in spans if a < "12:00"),
        ", ".join(f"{a}–{b}" for a, b in spans if a >= "12:00"),
    )
