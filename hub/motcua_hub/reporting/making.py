"""Making a report: what the ledger and the desk know is read in one view, measured, and archived.

Nothing is computed from earlier reports: a year is measured from its segments as a month is. Only
what a new version says of a change refers to the version before.
"""

import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from motcua_hub.domain.availability.reports import Report
from motcua_hub.domain.reporting import changes
from motcua_hub.domain.reporting.build import Source, build
from motcua_hub.domain.reporting.document import Document, Head, canonical, fingerprint, read
from motcua_hub.domain.reporting.finding import Finding, Made
from motcua_hub.domain.reporting.periods import Period, local_day
from motcua_hub.ledger import claims, trail
from motcua_hub.reporting import reading as ledger_reading
from motcua_hub.reporting.drawn import pdf, plain, short
from motcua_hub.reporting.telling import tell
from motcua_hub.reporting.words import load
from motcua_hub.store import archive, reporting
from motcua_hub.store.archive import Entry, Filters
from motcua_hub.store.engine import reading, writing
from motcua_hub.store.reporting import Template

log = logging.getLogger(__name__)
HUB: Final = "hub"
"""Who made it, when no person did."""
_TRIES: Final = 3


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be made.

    Attributes:
        job: Which job owes it; None: a person asked for it.
        number: The report that gets a new version; empty: a new report.
        reason: Why there is a new version.
        request: The request that this answers.
    """

    period: Period
    filters: Filters = Filters()
    job: str | None = None
    number: str = ""
    reason: str = ""
    made_by: str = HUB
    request: int | None = None


class Kept(msgspec.Struct, frozen=True):
    """One line of the file of all targets."""

    target: str
    always: Report
    office: Report


def template_hash(held: Template, words: Mapping[str, str]) -> str:
    """The hash of everything in a report that is no figure: the same at every site (R46)."""
    said = msgspec.json.encode([held, words], order="sorted")
    return hashlib.sha256(said).hexdigest()


def make(engine: Engine, order: Order, now: int, *, only_if_changed: bool = False) -> Entry | None:
    """Make a report and archive it, with its files, and tell its recipients.

    Returns:
        The new version; None when `only_if_changed` and it would say what the last one says, and
        when the request had been answered meanwhile.
    """
    for _ in range(_TRIES):
        made = _draft(engine, order, now)
        if only_if_changed and not made.differs:
            return None
        try:
            return _archived(engine, order, made, now)
        except _AnsweredError:
            log.info("somebody else answered request %s", order.request)
            return None
        except IntegrityError:
            # somebody else was quicker; what they made may be what was to be made
            log.info("report %s exists already; looking again", made.document.name)
            done = _done_by_others(engine, order)
            if done is not None:
                return done
    msg = f"report of {order.period.key}: its number was taken {_TRIES} times"
    raise RuntimeError(msg)


class _AnsweredError(RuntimeError):
    """What was asked for is there, or was refused, by the time it is to be archived."""


class _Draft(msgspec.Struct, frozen=True, kw_only=True):
    document: Document
    raw: bytes
    kept: bytes
    differs: bool


def _draft(engine: Engine, order: Order, now: int) -> _Draft:
    with writing(engine) as connection:
        claims.settle(connection, now)
    with reading(engine) as connection:
        earlier = archive.versions(connection, order.number) if order.number else ()
        last = earlier[-1] if earlier else None
        before = {} if last is None else kept_of(connection, last)
        found = tuple(ledger_reading.findings(connection, order.period, now, order.filters, before))
        old = None if last is None else read(archive.document(connection, last))
        source = _source(connection, order, now, found, last)
    return _built(source, found, old, before)


def _source(
    connection: Connection,
    order: Order,
    now: int,
    found: tuple[Finding, ...],
    last: Entry | None,
) -> Source:
    held, words = reporting.template(connection), load()
    head = Head(**msgspec.structs.asdict(held), template=template_hash(held, words))
    year = local_day(now).year
    return Source(
        number=order.number or archive.next_number(connection, year),
        version=1 if last is None else last.version + 1,
        period=order.period,
        as_of=now,
        findings=found,
        head=head,
        filters=ledger_reading.filter_words(connection, order.filters, words),
        plans=ledger_reading.plans(connection, order.period, now, found, words),
        unofficial=ledger_reading.unofficial(connection, order.period, now),
        previous="" if last is None else last.sha256,
        reason=order.reason,
        made_by="" if order.made_by == HUB else order.made_by,
    )


def _built(
    source: Source, found: Sequence[Finding], old: Document | None, before: Mapping[str, Made]
) -> _Draft:
    words = load()
    kept = b"".join(_lines(found))
    source = msgspec.structs.replace(source, targets=fingerprint(kept))
    document = build(source, words)
    differs = True
    if old is not None:
        revised = {name: made.always.revision for name, made in before.items()}
        differences = changes.differences(old, document, words)
        revisions = changes.revisions(found, revised, words)
        document = build(source, words, (differences, revisions))
        differs = bool(differences.rows or revisions.rows) or old.standing != document.standing
    return _Draft(document=document, raw=canonical(document), kept=kept, differs=differs)


def _lines(found: Sequence[Finding]) -> Iterator[bytes]:
    for each in sorted(found, key=lambda one: one.facts.id):
        line = Kept(each.facts.id, each.always_report, each.office_report)
        yield msgspec.json.encode(line, order="sorted") + b"\n"


def kept_of(connection: Connection, entry: Entry) -> dict[str, Made]:
    """Every target's sealed reports of a version."""
    raw = archive.body(connection, entry, "targets") or b""
    lines = (msgspec.json.decode(line, type=Kept) for line in raw.splitlines())
    return {each.target: Made(each.always, each.office) for each in lines}


def kept_one(connection: Connection, entry: Entry, target: str) -> Made | None:
    """One target's sealed reports of a version; None when it says nothing of that target."""
    raw = archive.body(connection, entry, "targets") or b""
    ending = b'"target":' + msgspec.json.encode(target) + b"}"
    found = (line for line in raw.splitlines() if line.endswith(ending))
    kept = (msgspec.json.decode(line, type=Kept) for line in found)
    return next((Made(each.always, each.office) for each in kept), None)


def _files(made: _Draft, sha256: str) -> dict[str, tuple[str, bytes]]:
    """All files; the PDF is set by a process of its own while the others are written."""
    # slow to load, and the hub itself, which loads this module, draws nothing
    from motcua_hub.reporting.drawn import sheet  # noqa: PLC0415

    document = made.document
    few = short.shortened(document)
    with ThreadPoolExecutor(1, "pdf") as beside:
        set_in_type = beside.submit(pdf.drawn, few, sha256)
        drawn = {
            "targets": made.kept,
            "short": canonical(few),
            "xlsx": sheet.drawn(document, sha256),
            "csv": plain.drawn(document, sha256),
        }
        drawn["pdf"] = set_in_type.result()
    return {kind: (fingerprint(body), body) for kind, body in drawn.items()}


def _archived(engine: Engine, order: Order, made: _Draft, now: int) -> Entry:
    document, sha256 = made.document, fingerprint(made.raw)
    files = _files(made, sha256)
    row: dict[str, Any] = {
        "number": document.number,
        "version": document.version,
        "kind": order.period.kind.value,
        "begin_at": document.begin,
        "end_at": document.end,
        "filters": order.filters,
        "as_of": document.as_of,
        "standing": document.standing,
        "job": order.job,
        "made_at": now,
        "made_by": order.made_by,
        "reason": order.reason,
        "document": made.raw,
        "sha256": sha256,
    }
    with writing(engine) as connection:
        number = archive.add(connection, row, files)
        tell(connection, document, sha256, order.period.kind, now)
        detail = f"{order.period.key} {sha256} {order.reason}".strip()
        trail.write(connection, now, "report_made", document.name, detail, by=order.made_by)
        asked = order.request
        if asked is not None and not archive.end_request(connection, asked, now, report=number):
            raise _AnsweredError
        entry = archive.versions(connection, document.number)[-1]
    log.info("report %s of %s is in the archive", document.name, order.period.key)
    return entry


def _done_by_others(engine: Engine, order: Order) -> Entry | None:
    if order.job is None or order.number:
        return None
    with reading(engine) as connection:
        return archive.same(connection, *order.period.interval, order.filters)
