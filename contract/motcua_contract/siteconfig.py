"""The configuration of one site: what it offers, who works there, when, and by which rules.

It is read from TOML (a site kit) or from the hub's desired configuration (JSON). Unknown keys are
refused with their path, because a misspelt limit is a limit that does not hold.
"""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal, NoReturn

import msgspec

from motcua_contract.identity import DAY_PATTERN, END
from motcua_contract.vocabulary import OrderPolicy, Priority, Purpose

Label = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Code = Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9]{1,8}" + END)]
SeriesName = Annotated[str, msgspec.Meta(pattern=r"^([A-Z]{1,2}|[1-9])" + END)]
HourMinute = Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]" + END)]
IsoDay = Annotated[str, msgspec.Meta(pattern=DAY_PATTERN)]
Role = Literal["officer", "supervisor", "technician"]
Positive = Annotated[int, msgspec.Meta(ge=1)]
NonNegative = Annotated[int, msgspec.Meta(ge=0)]


class SiteConfigError(ValueError):
    """A site configuration that cannot be used; the message names the path and the remedy."""


class _Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all sections: unknown keys are refused."""


class ServiceField(_Section, frozen=True, kw_only=True):
    """One field (lĩnh vực) with a line of its own.

    `series` is a letter (`A015`) or a digit (`1001`); `priority_series` gives priority citizens
    numbers of their own, otherwise they are marked. `state` and `effective_from` are R56.
    """

    code: Code
    name: Label
    name_en: str = ""
    series: SeriesName
    digits: Annotated[int, msgspec.Meta(ge=3, le=4)] = 3
    priority_series: SeriesName | None = None
    area: str = ""
    floor: str = ""
    zone: str = "main"
    service_minutes: Positive = 7
    purposes: tuple[Purpose, ...] = tuple(Purpose)
    state: Annotated[str, msgspec.Meta(pattern="^(draft|pending|active)" + END)] = "active"
    effective_from: IsoDay | None = None
    daily_limit: Positive | None = None
    outcome_required: bool = False


class CounterConfig(_Section, frozen=True, kw_only=True):
    """A counter (quầy) and the service fields it takes, first ones preferred."""

    number: Annotated[int, msgspec.Meta(ge=1, le=999)]
    services: Annotated[tuple[Code, ...], msgspec.Meta(min_length=1)]
    zone: str = "main"
    area: str = ""
    floor: str = ""


class Officer(_Section, frozen=True, kw_only=True):
    """A person who works at counters. `pin_scrypt` is `salt$hash` in hex; never the PIN.

    `roles`: `officer`, `supervisor` (may void, force a logout, call any number) or `technician`.
    """

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]{2,32}" + END)]
    name: Label
    title: str = ""
    photo: str = ""
    pin_scrypt: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\$[0-9a-f]{64}" + END)]
    roles: tuple[Role, ...] = ("officer",)


class Shift(_Section, frozen=True, kw_only=True):
    """A working session on some weekdays (1 = Monday .. 7 = Sunday), dated."""

    days: tuple[Annotated[int, msgspec.Meta(ge=1, le=7)], ...] = (1, 2, 3, 4, 5)
    opens: HourMinute
    closes: HourMinute
    issue_from: HourMinute | None = None
    issue_until: HourMinute | None = None
    valid_from: IsoDay | None = None
    valid_to: IsoDay | None = None


class DayOff(_Section, frozen=True, kw_only=True):
    """A holiday or a day off in lieu."""

    day: IsoDay
    name: Label


class WorkDay(_Section, frozen=True, kw_only=True):
    """A Saturday or Sunday worked by a swap, by the shifts of weekday `like`."""

    day: IsoDay
    like: Annotated[int, msgspec.Meta(ge=1, le=7)] = 5


def _default_shifts() -> tuple[Shift, ...]:
    return (Shift(opens="07:30", closes="11:30"), Shift(opens="13:30", closes="17:00"))


class Calendar(_Section, frozen=True, kw_only=True):
    """When the office works. `always_open` is for offices and demos that never close."""

    shifts: tuple[Shift, ...] = msgspec.field(default_factory=_default_shifts)
    days_off: tuple[DayOff, ...] = ()
    work_days: tuple[WorkDay, ...] = ()
    cut_over: HourMinute = "00:00"
    closing_grace_minutes: NonNegative = 30
    always_open: bool = False


class QueuePolicy(_Section, frozen=True, kw_only=True):
    """Rules of the line; every figure can be set per site (R75)."""

    priority_every: Positive = 2
    max_wait_minutes: Positive = 45
    recall_after_s: NonNegative = 20
    max_calls: Positive = 3
    miss_min_calls: Positive = 2
    miss_after_s: NonNegative = 40
    missed_keep_minutes: Positive = 60
    max_rejoins: NonNegative = 2
    hold_minutes: Positive = 30
    away_minutes: Positive = 60
    max_held_per_officer: Positive = 3
    max_hops: Positive = 3
    transfer_policy: OrderPolicy = OrderPolicy.EARNED
    min_serving_s: NonNegative = 10
    undo_s: Positive = 60
    device_cooldown_s: NonNegative = 3
    service_cooldown_s: NonNegative = 0
    capacity_check: bool = True
    display_only: bool = False
    wrap_up_s: NonNegative = 120
    booking_early_minutes: NonNegative = 30
    booking_late_minutes: NonNegative = 15


class RatingPolicy(_Section, frozen=True, kw_only=True):
    """Scale and window of ratings."""

    scale: Literal[3, 5] = 3
    window_minutes: Positive = 5
    change_s: NonNegative = 60
    reasons_at_or_below: NonNegative = 1


class VolumeStep(_Section, frozen=True, kw_only=True):
    """The volume from this local time of day on, until the next step; before the first, none."""

    at: HourMinute
    volume_db: Annotated[int, msgspec.Meta(ge=-40, le=0)]


class VoicePolicy(_Section, frozen=True, kw_only=True):
    """How calls are spoken. `expire_s`: a call later than this is not worth saying.

    `volume_db` is the peak below full scale; `volume_steps` change it by the time of day.
    """

    repeat: Annotated[int, msgspec.Meta(ge=1, le=3)] = 2
    expire_s: Positive = 90
    sentence: Annotated[str, msgspec.Meta(pattern="^(call|call_short|call_area)" + END)] = "call"
    volume_db: Annotated[int, msgspec.Meta(ge=-40, le=0)] = -3
    volume_steps: tuple[VolumeStep, ...] = ()
    voice: str = "vi-vn-x-south"
    speed: Annotated[int, msgspec.Meta(ge=80, le=260)] = 130


class TicketLayout(_Section, frozen=True, kw_only=True):
    """What stands on the slip besides the number."""

    org_parent: str = ""
    hotline: str = ""
    qr_base_url: str = ""


class SiteConfig(_Section, frozen=True, kw_only=True):
    """Everything the office's rules depend on. See `load_toml` and `check`."""

    version: Positive = 1
    name: Label
    name_en: str = ""
    address: str = ""
    services: Annotated[tuple[ServiceField, ...], msgspec.Meta(min_length=1)]
    counters: Annotated[tuple[CounterConfig, ...], msgspec.Meta(min_length=1)]
    officers: tuple[Officer, ...] = ()
    calendar: Calendar = msgspec.field(default_factory=Calendar)
    queue: QueuePolicy = msgspec.field(default_factory=QueuePolicy)
    rating: RatingPolicy = msgspec.field(default_factory=RatingPolicy)
    voice: VoicePolicy = msgspec.field(default_factory=VoicePolicy)
    ticket: TicketLayout = msgspec.field(default_factory=TicketLayout)
    priorities: tuple[Priority, ...] = (
        Priority.ELDERLY,
        Priority.DISABLED,
        Priority.PREGNANT,
        Priority.CHILD,
        Priority.MERIT,
    )
    elderly_age: Positive = 75

    def service(self, code: str) -> ServiceField | None:
        """The service field with this code, or None."""
        return next((s for s in self.services if s.code == code), None)

    def counter(self, number: int) -> CounterConfig | None:
        """The counter with this number, or None."""
        return next((c for c in self.counters if c.number == number), None)

    def officer(self, officer_id: str) -> Officer | None:
        """The officer with this id, or None."""
        return next((o for o in self.officers if o.id == officer_id), None)


def load_toml(text: str) -> SiteConfig:
    """Read a site configuration; raise SiteConfigError naming the path of what is wrong."""
    try:
        return check(msgspec.toml.decode(text, type=SiteConfig))
    except (msgspec.MsgspecError, ValueError) as error:
        if isinstance(error, SiteConfigError):
            raise
        msg = f"site configuration: {error}"
        raise SiteConfigError(msg) from error


def load_json(text: bytes | str) -> SiteConfig:
    """As `load_toml`, from JSON."""
    try:
        return check(msgspec.json.decode(text, type=SiteConfig))
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        msg = f"site configuration: {error}"
        raise SiteConfigError(msg) from error


def _refuse_doubles(path: str, values: list[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            _refuse(f"{value} occurs twice", path, "keep one")
        seen.add(value)


def check(config: SiteConfig) -> SiteConfig:
    """Check what one section cannot know of another; return the config or raise SiteConfigError."""
    _refuse_doubles("services[...].code", [s.code for s in config.services])
    _refuse_doubles("services[...].series", [s.series for s in config.services])
    _refuse_doubles("counters[...].number", [str(c.number) for c in config.counters])
    _refuse_doubles("officers[...].id", [o.id for o in config.officers])
    _check_counters(config)
    _check_shifts(config.calendar)
    for path, day in _days(config):
        _check_day(path, day)
    return config


def _refuse(reason: str, path: str, remedy: str) -> NoReturn:
    msg = f"site configuration: {reason} - at `$.{path}`; {remedy}"
    raise SiteConfigError(msg)


def _check_counters(config: SiteConfig) -> None:
    known = {s.code for s in config.services}
    for index, counter in enumerate(config.counters):
        for code in counter.services:
            if code not in known:
                path = f"counters[{index}].services"
                _refuse(f"service {code} is not defined", path, "define it or take it out")


def _check_shifts(calendar: Calendar) -> None:
    for index, shift in enumerate(calendar.shifts):
        path = f"calendar.shifts[{index}]"
        spans = [
            (shift.opens, shift.closes),
            (shift.issue_from or shift.opens, shift.issue_until or shift.closes),
        ]
        for begins, ends in spans:
            if begins >= ends:
                _refuse(f"{begins} is not before {ends}", path, "put the earlier one first")
        if shift.valid_from and shift.valid_to and shift.valid_from > shift.valid_to:
            _refuse(f"{shift.valid_from} is after {shift.valid_to}", path, "swap the two days")


def _days(config: SiteConfig) -> Iterator[tuple[str, str | None]]:
    """Every day that the configuration names, with its path."""
    for n, service in enumerate(config.services):
        yield f"services[{n}].effective_from", service.effective_from
    for n, shift in enumerate(config.calendar.shifts):
        yield f"calendar.shifts[{n}].valid_from", shift.valid_from
        yield f"calendar.shifts[{n}].valid_to", shift.valid_to
    for n, off in enumerate(config.calendar.days_off):
        yield f"calendar.days_off[{n}].day", off.day
    for n, swap in enumerate(config.calendar.work_days):
        yield f"calendar.work_days[{n}].day", swap.day


def _check_day(path: str, day: str | None) -> None:
    """A day that is in no calendar would never come, and nobody would notice."""
    try:
        date.fromisoformat(day or "2000-01-01")
    except ValueError:
        _refuse(f"{day} is not a day", path, "write year-month-day")
