"""Checking a report: is it what it was sealed as, and does the evidence still say the same?"""

from collections.abc import Iterator, Mapping

import msgspec
from sqlalchemy import Connection

from motcua_hub.domain.availability.reports import intact
from motcua_hub.domain.reporting.document import fingerprint, read
from motcua_hub.domain.reporting.finding import Finding, Made
from motcua_hub.domain.reporting.periods import PeriodKind, containing
from motcua_hub.reporting import reading
from motcua_hub.reporting.making import kept_of
from motcua_hub.store import archive
from motcua_hub.store.archive import Entry


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found: files as sealed or not, targets computed again, those that differ."""

    sealed: bool
    targets: int
    different: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Whether everything is as it was."""
        return self.sealed and not self.different


def check(connection: Connection, entry: Entry) -> Verdict:
    """Compute every target of a version again, from what had been received when it was made."""
    kept = kept_of(connection, entry)
    before = _before(connection, entry)
    period = containing(PeriodKind(entry.kind), entry.begin_at)
    again = reading.findings(connection, period, entry.as_of, entry.filters, before)
    found = {each.facts.id: each for each in again}
    return Verdict(
        sealed=_sealed(connection, entry, kept),
        targets=len(kept),
        different=tuple(sorted(_different(kept, found))),
    )


def _before(connection: Connection, entry: Entry) -> dict[str, Made]:
    earlier = [
        each
        for each in archive.versions(connection, entry.number)
        if each.version == entry.version - 1
    ]
    return kept_of(connection, earlier[0]) if earlier else {}


def _sealed(connection: Connection, entry: Entry, kept: Mapping[str, Made]) -> bool:
    """Every hash is that of what it stands for."""
    raw = archive.document(connection, entry)
    files = archive.files(connection, entry)
    bodies = ((each, archive.body(connection, entry, each.kind) or b"") for each in files)
    whole = all(fingerprint(body) == each.sha256 for each, body in bodies)
    listed = {each.kind: each.sha256 for each in files}
    return (
        whole
        and fingerprint(raw) == entry.sha256
        and read(raw).targets == listed.get("targets")
        and all(intact(made.always) and intact(made.office) for made in kept.values())
    )


def _different(kept: Mapping[str, Made], found: Mapping[str, Finding]) -> Iterator[str]:
    for name, made in kept.items():
        again = found.get(name)
        if again is None or (again.always_report.sha256, again.office_report.sha256) != (
            made.always.sha256,
            made.office.sha256,
        ):
            yield name
    yield from (name for name in found if name not in kept)
