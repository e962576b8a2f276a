"""Reports of availability: asking for one, when they are made by themselves, how they look."""

import re
from typing import Final

from msgspec.structs import replace
from sqlalchemy import Connection

from motcua_hub.domain.reporting.periods import NoPeriodError, PeriodKind, containing, period_of
from motcua_hub.ledger.targets import Kind
from motcua_hub.reporting.making import template_hash
from motcua_hub.reporting.words import load
from motcua_hub.store import archive, reporting
from motcua_hub.store.archive import Entry, Filters
from motcua_hub.store.reporting import ReportPlan, Template
from motcua_hub.web.deeds.by import By
from motcua_hub.web.queries import reports as query
from motcua_hub.web.security import audit
from motcua_hub.web.security.audit import Action

_ADDRESS: Final = re.compile(r"[^\s@]{1,64}@[^\s@]{1,190}")
DAYS: Final = range(1, 32)
HOURS: Final = range(24)
LONGEST: Final = 200
MOST_RECEIVERS: Final = 20


class UnfitError(ValueError):
    """What was asked for cannot be; the message is the code of the words for it."""


def period(key: str, now: int) -> str:
    """The key of a period that is over, as `month:2026-10`. Raises UnfitError."""
    try:
        found = period_of(key)
    except NoPeriodError as error:
        raise UnfitError("reports.fault.period") from error
    if found.interval[1] > now:
        raise UnfitError("reports.fault.running")
    return found.key


def ask(connection: Connection, key: str, filters: Filters, by: By) -> tuple[int, str]:
    """Ask for a report that is not there yet: the request's number, the period's key.

    A limit that nothing fits would make an empty report that looks like a good one.

    Raises:
        UnfitError: The period is none or not over, nothing fits the filters, or it is there.
    """
    known = query.choices(connection, by.now)
    fits = (
        filters.unit in ("", *known.units)
        and filters.site in ("", *known.sites)
        and filters.carrier in ("", *known.carriers)
        and filters.kind in ("", *(each.value for each in Kind))
    )
    if not fits:
        raise UnfitError("reports.fault.limit")
    wanted = period(key, by.now)
    if archive.same(connection, *period_of(wanted).interval, filters) is not None:
        raise UnfitError("reports.fault.exists")
    asked = {"period": wanted, "filters": filters, "number": "", "reason": ""}
    number = archive.ask(connection, asked, by.now, by.who)
    detail = archive.filters_text(filters)
    audit.write(connection, by.now, by.who, Action.REPORT_ASKED, subject=wanted, detail=detail)
    return number, wanted


def revise(connection: Connection, entry: Entry, reason: str, by: By) -> int:
    """Ask for a new version of a report; the request's number. Raises UnfitError."""
    words = " ".join(reason.split())[:400]
    if not words:
        raise UnfitError("reports.fault.reason")
    key = containing(PeriodKind(entry.kind), entry.begin_at).key
    asked = {"period": key, "filters": entry.filters, "number": entry.number, "reason": words}
    number = archive.ask(connection, asked, by.now, by.who)
    subject = entry.number
    audit.write(connection, by.now, by.who, Action.REPORT_ASKED, subject=subject, detail=words)
    return number


def set_plan(connection: Connection, plan: ReportPlan, by: By) -> None:
    """Say when reports of a kind are made, and to whom they go. Raises UnfitError."""
    if plan.day not in DAYS or plan.hour not in HOURS:
        raise UnfitError("reports.fault.moment")
    addressed = all(_ADDRESS.fullmatch(each) for each in plan.recipients)
    if len(plan.recipients) > MOST_RECEIVERS or not addressed:
        raise UnfitError("reports.fault.address")
    reporting.begin(connection, by.now)
    reporting.set_plan(connection, plan, by.now, by.who)
    detail = f"{plan.enabled} {plan.day} {plan.hour}h {', '.join(plan.recipients)}"
    subject = plan.kind.value
    audit.write(connection, by.now, by.who, Action.REPORT_SETTINGS, subject=subject, detail=detail)


def set_template(connection: Connection, held: Template, by: By) -> Template:
    """Set what reports are headed and signed with; as it is kept."""

    def short(text: str) -> str:
        return " ".join(text.split())[:LONGEST]

    lines = [line for line in map(short, held.receivers) if line]
    kept = replace(
        held,
        **{name: short(text) for name, text in _texts(held).items()},
        receivers=tuple(lines)[:MOST_RECEIVERS],
    )
    sha256 = template_hash(kept, load())
    reporting.set_template(connection, kept, sha256, by.now, by.who)
    action = Action.REPORT_SETTINGS
    audit.write(connection, by.now, by.who, action, subject="template", detail=sha256)
    return kept


def _texts(held: Template) -> dict[str, str]:
    return {
        "parent": held.parent,
        "org": held.org,
        "place": held.place,
        "signer": held.signer,
        "signer_name": held.signer_name,
        "note": held.note,
    }
