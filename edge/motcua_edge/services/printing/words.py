"""The Vietnamese lines of a slip, from a ticket and the site's configuration."""

import unicodedata
from datetime import date, datetime
from importlib import resources
from typing import Final

import msgspec

from motcua_contract.siteconfig import Shift, SiteConfig
from motcua_contract.vocabulary import Priority
from motcua_edge.domain.localtime import local
from motcua_edge.domain.model import Ticket

_NOON: Final = "12:00"
_PEOPLES_COMMITTEE: Final = ("ỦY BAN NHÂN DÂN", "UỶ BAN NHÂN DÂN", "UBND")


def load_texts() -> dict[str, str]:
    """The texts of slips by key, as in the project's table of Vietnamese strings."""
    data = resources.files("motcua_edge.services.printing").joinpath("ticket_vi.json").read_bytes()
    return msgspec.json.decode(data, type=dict[str, str])


class SlipWords(msgspec.Struct, frozen=True, kw_only=True):
    """Every line of a slip, NFC; an empty line is not printed."""

    org_parent: str = ""
    org: str
    title: str
    number: str
    test: str = ""
    copy: str = ""
    priority: str = ""
    field: str
    counter: str = ""
    area: str = ""
    ahead: str
    wait: str = ""
    time: str
    stamp: str
    """Time and date in figures alone."""
    valid: str
    note: str
    qr: str
    serial: str
    hotline: str = ""
    thanks: str


class Words:
    """Writes the lines of one site's slips."""

    def __init__(self, site: SiteConfig, texts: dict[str, str]) -> None:
        self._site = site
        self._texts = texts

    def of(self, ticket: Ticket, job: int) -> SlipWords:
        """The lines of slip number `job` of a ticket."""
        issued = local(ticket.issued_at)
        lines = SlipWords(
            **self._head(ticket, job),
            **self._where(ticket),
            ahead=self._ahead(ticket),
            wait=self._wait(ticket),
            time=self._time(issued),
            stamp=issued.strftime("%H:%M %d/%m/%Y"),
            valid=self._valid(ticket, issued),
            note=self._text("ticket.note", lan=str(self._site.queue.max_calls)),
            qr=self._text("ticket.qr"),
            serial=self._text("ticket.serial", ma_phieu=ticket.id),
            hotline=self._hotline(),
            thanks=self._text("ticket.thanks"),
        )
        return msgspec.convert(
            {key: _clean(value) for key, value in msgspec.structs.asdict(lines).items()}, SlipWords
        )

    def _text(self, key: str, **values: str) -> str:
        return self._texts[key].format(**values)

    def _head(self, ticket: Ticket, job: int) -> dict[str, str]:
        return {
            "org_parent": self._org_parent(),
            "org": self._text("ticket.org", ten_trung_tam=self._site.name).upper(),
            "title": self._text("ticket.title"),
            "number": ticket.label,
            "test": self._text("ticket.test") if ticket.test else "",
            "copy": self._text("ticket.copy") if job > 1 else "",
            "priority": self._priority(ticket.priority),
        }

    def _org_parent(self) -> str:
        name = self._site.ticket.org_parent.strip().upper()
        if not name or unicodedata.normalize("NFC", name).startswith(_PEOPLES_COMMITTEE):
            return name
        return self._text("ticket.org_parent", don_vi=name)

    def _priority(self, priority: Priority) -> str:
        if priority is Priority.NONE:
            return ""
        return self._text("ticket.priority", dien=self._texts[f"priority.{priority}"])

    def _where(self, ticket: Ticket) -> dict[str, str]:
        service = self._site.service(ticket.service)
        counters = [str(c.number) for c in self._site.counters if ticket.service in c.services]
        place = ", ".join(p for p in (service.area, service.floor) if p) if service else ""
        return {
            "field": self._text(
                "ticket.field", linh_vuc=service.name if service else ticket.service
            ),
            "counter": self._text("ticket.counter", quay=", ".join(counters)) if counters else "",
            "area": self._text("ticket.area", khu_vuc=place) if place else "",
        }

    def _ahead(self, ticket: Ticket) -> str:
        if not ticket.ahead:
            return self._text("ticket.ahead_zero")
        return self._text("ticket.ahead", n=str(ticket.ahead))

    def _wait(self, ticket: Ticket) -> str:
        low, high = ticket.wait_low_min, ticket.wait_high_min
        if not ticket.ahead or low is None or high is None:
            return ""
        return self._text("ticket.wait", phut=str(high) if low >= high else f"{low}–{high}")

    def _time(self, issued: datetime) -> str:
        weekday = self._texts[f"weekday.{issued.isoweekday()}"]
        return self._text(
            "ticket.time", gio=issued.strftime("%H:%M"), thu=weekday, **_date(issued.date())
        )

    def _valid(self, ticket: Ticket, issued: datetime) -> str:
        day = date.fromisoformat(ticket.day) if ticket.day else issued.date()
        session = session_of(self._site.calendar.shifts, day, issued.strftime("%H:%M"))
        return self._text("ticket.valid", buoi=self._texts[f"session.{session}"], **_date(day))

    def _hotline(self) -> str:
        number = self._site.ticket.hotline
        return self._text("ticket.hotline", dien_thoai=number) if number else ""


def session_of(shifts: tuple[Shift, ...], day: date, moment: str) -> str:
    """`morning` or `afternoon`: that of the shift which runs or comes next, else by noon."""
    coming = (s for s in shifts if day.isoweekday() in s.days and moment < s.closes)
    shift = min(coming, key=lambda s: s.opens, default=None)
    if shift is None or shift.opens < _NOON < shift.closes:
        return "morning" if moment < _NOON else "afternoon"
    return "morning" if shift.opens < _NOON else "afternoon"


def _date(day: date) -> dict[str, str]:
    return {"dd": f"{day.day:02}", "mm": f"{day.month:02}", "yyyy": str(day.year)}


def _clean(text: str) -> str:
    """NFC, and no control characters: a configured name must not speak ESC/POS."""
    kept = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    return unicodedata.normalize("NFC", " ".join(kept.split()))
