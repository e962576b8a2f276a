"""SLA reports: the archive, and asking for one."""

import re
from typing import Annotated, Final

import msgspec

from motcua_hub.domain.reporting.document import Document
from motcua_hub.domain.reporting.periods import PeriodKind, containing
from motcua_hub.reporting.apart import CheckError
from motcua_hub.reporting.checking import Verdict
from motcua_hub.store import archive, papers, reporting
from motcua_hub.store.archive import Entry, Filed, Filters, Request
from motcua_hub.store.papers import Hold
from motcua_hub.store.reporting import ReportPlan, Template
from motcua_hub.web.api.operation import ApiError, Call, File, Method, Operation, not_found, refused
from motcua_hub.web.api.resources.paging import Paged, next_of
from motcua_hub.web.deeds import reports as deeds
from motcua_hub.web.pages.reports import ENDINGS, TYPES
from motcua_hub.web.queries import reports as query

_LIST: Final = "/api/v1/reports"
_NUMBER: Final = re.compile(r"[A-Z]{2,8}-20[0-9]{2}-[0-9]{4,9}")
_Text = Annotated[str, msgspec.Meta(max_length=64)]


class Archive(msgspec.Struct, frozen=True, kw_only=True):
    """The newest version of every report, newest first; `next` is the `before` of what follows."""

    reports: tuple[Entry, ...]
    next: int | None


class Which(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A version; the newest, unless said."""

    version: Annotated[int, msgspec.Meta(ge=1, le=99_999)] | None = None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One version: what it says, cell by cell, and the files that say the same."""

    entry: Entry
    versions: tuple[Entry, ...]
    document: Document
    files: tuple[Filed, ...]
    holds: tuple[Hold, ...]


class Wish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A report of a period that is over, of one unit, office, kind or carrier, or of all.

    Periods: `month:2026-10`, `quarter:2026-3`, `half:2026-1`, `year:2026`.
    """

    period: _Text
    unit: _Text = ""
    site: _Text = ""
    kind: _Text = ""
    carrier: _Text = ""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The hub makes it within a minute; then it is in the archive. See `/report-requests`."""

    request: int
    period: str
    filters: Filters


class Revision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a new version is made."""

    reason: Annotated[str, msgspec.Meta(max_length=400)]


class Requests(msgspec.Struct, frozen=True, kw_only=True):
    """What people asked for, newest first: `report` is what came of it, or `trouble` why not."""

    requests: tuple[Request, ...]


class Plans(msgspec.Struct, frozen=True, kw_only=True):
    """When the reports of each kind are made by themselves, and to whom they go."""

    plans: tuple[ReportPlan, ...]


class SaidPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """On which day of the month, at which local hour; e-mail addresses."""

    enabled: bool
    day: Annotated[int, msgspec.Meta(ge=1, le=31)]
    hour: Annotated[int, msgspec.Meta(ge=0, le=23)]
    recipients: Annotated[
        tuple[Annotated[str, msgspec.Meta(max_length=255)], ...], msgspec.Meta(max_length=20)
    ] = ()


_Line = Annotated[str, msgspec.Meta(max_length=200)]


class SaidTemplate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands above and below every report."""

    parent: _Line = ""
    org: _Line = ""
    place: _Line = ""
    signer: _Line = ""
    signer_name: _Line = ""
    receivers: Annotated[tuple[_Line, ...], msgspec.Meta(max_length=20)] = ()
    note: _Line = ""


def _all(call: Call) -> Archive:
    asked: Paged = call.query
    found = archive.listing(
        call.connection,
        limit=asked.limit,
        before=asked.before,
        since=asked.since,
        until=asked.until,
    )
    return Archive(reports=found, next=next_of([each.id for each in found], asked.limit))


def _found(call: Call, version: int | None) -> query.Version:
    wanted = call.path["number"]
    found: query.Version | None = None
    if _NUMBER.fullmatch(wanted):
        found = query.version(call.connection, wanted, version)
    if found is None:
        raise not_found(f"report {wanted} in this version", _LIST)
    return found


def _one(call: Call) -> Report:
    found = _found(call, call.query.version)
    return Report(
        entry=found.entry,
        versions=found.versions,
        document=found.document,
        files=found.files,
        holds=tuple(papers.holds(call.connection, papers.REPORT, found.entry.number)),
    )


def _ask(call: Call) -> Asked:
    wish: Wish = call.body
    filters = Filters(unit=wish.unit, site=wish.site, kind=wish.kind, carrier=wish.carrier)
    try:
        number, period = deeds.ask(call.connection, wish.period, filters, call.by)
    except deeds.UnfitError as error:
        raise refused(str(error), call.words(str(error))) from error
    return Asked(request=number, period=period, filters=filters)


def _revise(call: Call) -> Asked:
    entry = _found(call, None).entry
    try:
        number = deeds.revise(call.connection, entry, call.body.reason, call.by)
    except deeds.UnfitError as error:
        raise refused(str(error), call.words(str(error))) from error
    period = containing(PeriodKind(entry.kind), entry.begin_at).key
    return Asked(request=number, period=period, filters=entry.filters)


def _requests(call: Call) -> Requests:
    asked = archive.requests(call.connection, waiting=False, limit=100)
    return Requests(requests=asked)


def _file(call: Call) -> File:
    version, kind = call.path["version"], call.path["kind"]
    wanted = int(version) if re.fullmatch("[1-9][0-9]{0,4}", version) else 0
    found = _found(call, wanted)
    if kind not in TYPES:
        raise not_found(f"a report as {kind}", _LIST)
    raw = (
        archive.document(call.connection, found.entry)
        if kind == "json"
        else archive.body(call.connection, found.entry, kind)
    )
    if raw is None:
        raise not_found(f"this report as {kind}", _LIST)
    name = f"{found.document.name}{ENDINGS.get(kind, f'.{kind}')}"
    return File(content=raw, media=TYPES[kind], name=name)


def _check(call: Call) -> Verdict:
    version = call.path["version"]
    wanted = int(version) if re.fullmatch("[1-9][0-9]{0,4}", version) else 0
    entry = _found(call, wanted).entry
    try:
        return call.hub.checker.check(entry)
    except CheckError as error:
        raise ApiError(503, "not_checked", str(error)) from error


def _plans(call: Call) -> Plans:
    return Plans(plans=reporting.plans(call.connection))


def _set_plan(call: Call) -> Plans:
    said: SaidPlan = call.body
    if call.path["kind"] not in set(PeriodKind):
        raise not_found("this kind of period", "/api/v1/report-plans")
    plan = ReportPlan(
        kind=PeriodKind(call.path["kind"]),
        enabled=said.enabled,
        day=said.day,
        hour=said.hour,
        recipients=tuple(dict.fromkeys(said.recipients)),
    )
    try:
        deeds.set_plan(call.connection, plan, call.by)
    except deeds.UnfitError as error:
        raise refused(str(error), call.words(str(error))) from error
    return _plans(call)


def _template(call: Call) -> Template:
    return reporting.template(call.connection)


def _set_template(call: Call) -> Template:
    held = Template(**msgspec.structs.asdict(call.body))
    return deeds.set_template(call.connection, held, call.by)


OPERATIONS: Final = (
    Operation(
        name="reports",
        method=Method.GET,
        path="/reports",
        summary="The archive of SLA reports",
        handle=_all,
        answer=Archive,
        query=Paged,
    ),
    Operation(
        name="report",
        method=Method.GET,
        path="/reports/{number}",
        summary="One version of a report, cell by cell",
        handle=_one,
        answer=Report,
        query=Which,
    ),
    Operation(
        name="report_ask",
        method=Method.POST,
        path="/reports",
        summary="Ask for a report of a period that is over",
        handle=_ask,
        answer=Asked,
        body=Wish,
        status=202,
        refuses={409: "No such period, not over yet, or limited to what there is not."},
    ),
    Operation(
        name="report_revise",
        method=Method.POST,
        path="/reports/{number}/versions",
        summary="Ask for a new version of a report, with a reason",
        handle=_revise,
        answer=Asked,
        body=Revision,
        status=202,
        refuses={409: "There is no reason."},
    ),
    Operation(
        name="report_file",
        method=Method.GET,
        path="/reports/{number}/versions/{version}/files/{kind}",
        summary="A file of a report: `pdf`, `xlsx`, `csv`, `json`, `targets`",
        handle=_file,
        answer=File,
        media=tuple(TYPES.values()),
    ),
    Operation(
        name="report_check",
        method=Method.GET,
        path="/reports/{number}/versions/{version}/check",
        summary="Whether a version is as it was made, and the ledger still says so",
        handle=_check,
        answer=Verdict,
        refuses={503: "What measures again failed or took too long; `detail` says how."},
    ),
    Operation(
        name="report_requests",
        method=Method.GET,
        path="/report-requests",
        summary="What people asked for, and what came of it",
        handle=_requests,
        answer=Requests,
    ),
    Operation(
        name="report_plans",
        method=Method.GET,
        path="/report-plans",
        summary="When reports are made by themselves, and for whom",
        handle=_plans,
        answer=Plans,
        tag=lambda answer: answer,
    ),
    Operation(
        name="report_plan_set",
        method=Method.PUT,
        path="/report-plans/{kind}",
        summary="Say when reports of months, quarters, half-years or years are made",
        handle=_set_plan,
        answer=Plans,
        body=SaidPlan,
        refuses={409: "An address cannot be one."},
        guard="report_plans",
    ),
    Operation(
        name="report_template",
        method=Method.GET,
        path="/report-template",
        summary="What stands above and below every report",
        handle=_template,
        answer=Template,
        tag=lambda answer: answer,
    ),
    Operation(
        name="report_template_set",
        method=Method.PUT,
        path="/report-template",
        summary="Set what stands above and below every report",
        handle=_set_template,
        answer=Template,
        body=SaidTemplate,
        guard="report_template",
    ),
)
