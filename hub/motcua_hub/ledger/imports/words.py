"""What a site's boots and ticks say of its machine, its program and its link (rank 80)."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Final

import msgspec
from sqlalchemy import Connection

from motcua_hub.domain.availability import ticked
from motcua_hub.domain.availability.changes import duration
from motcua_hub.domain.availability.evidence import Claim, Evidence, Rank, Sli
from motcua_hub.domain.availability.journal import Boot, Meeting, Stretch, imported
from motcua_hub.domain.availability.ticked import Said, Told
from motcua_hub.ledger import alive, trail
from motcua_hub.ledger.imports import boots, spans
from motcua_hub.ledger.imports.booking import Book, Word, book
from motcua_hub.ledger.imports.boots import BootRow
from motcua_hub.ledger.imports.spans import SpanRow
from motcua_hub.ledger.names import device_of, link_of, pi_of

SOURCE: Final = "journal"
AGENT: Final = "agent"
"""The component whose target is the program itself."""
ENDS: Final = 2**53
"""Instead of a tick: nothing new of the ticks, only of the boot's place or ends."""


def vantage_of(site: str) -> str:
    """The journal as a vantage: told apart from what the site's Pi probes."""
    return f"journal:{site}"


def settle(connection: Connection, site: str, news: Mapping[str, int], now: int) -> int:
    """Book what follows from news of these boots (boot: first tick of which more is known)."""
    wanted = dict(news)
    for name in news:
        row = boots.load(connection, site, name)
        if row is not None and row.before:
            # the boot before it may be over now, and so be placed
            wanted.setdefault(row.before, ENDS)
        for each in boots.followers(connection, site, name):
            wanted.setdefault(each.boot, ENDS)
    for name in wanted:
        # before any of them is booked: a boot that finds its place is booked from its beginning
        if _finds_its_place(connection, site, name):
            wanted[name] = 0
    return sum(
        _boot(connection, site, name, since, now)
        for name, since in sorted(wanted.items(), key=lambda pair: pair[1])
    )


def _finds_its_place(connection: Connection, site: str, name: str) -> bool:
    row = boots.load(connection, site, name)
    if row is None or row.begun_at is not None:
        return False
    return boots.placed(connection, row).begun_at is not None


def _boot(connection: Connection, site: str, name: str, since: int, now: int) -> int:
    row = boots.load(connection, site, name)
    if row is None or row.begun_at is None:
        return 0
    rows = spans.of_boot(connection, site, name, since)
    before = _before(connection, row)
    if not rows and (before is not None or row.clean):
        last = spans.last_of(connection, site, name)
        rows = [last] if last is not None else []
    if not rows:
        return 0
    about = _About(connection, site, row, now)
    booked = about.machine(rows, before) + about.beside(rows)
    if before is not None:
        boots.change(connection, site, name, joined=True)
        _tell_lacking(connection, site, before[0].boot, now)
    return booked


def _tell_lacking(connection: Connection, site: str, boot: str, now: int) -> None:
    """A boot is over and all of its journal here: ticks that are lacking now never come (R12)."""
    for _, first, last in spans.lacking(connection, site, boot):
        detail = f"boot {boot}: ticks {first} to {last} are in no journal; nothing bridges them"
        trail.write(connection, now, "ticks_lacking", pi_of(site), detail)


def tell_unplaced(connection: Connection, site: str, boot: str, now: int) -> None:
    """A boot is over, all of its journal is here, and nobody can tell when it was: told once."""
    last = spans.last_of(connection, site, boot)
    ran = 0 if last is None else last.until
    detail = f"boot {boot}: ran for {duration(ran)}; nobody can tell when, nothing is claimed"
    trail.write_once(connection, now, "boot_unplaced", pi_of(site), detail)


def _before(connection: Connection, row: BootRow) -> tuple[BootRow, SpanRow] | None:
    """The boot before this one and its last ticks; None unless all of it is here and placed."""
    if not row.before or row.joined:
        return None
    other = boots.load(connection, row.site, row.before)
    last = spans.last_of(connection, row.site, row.before)
    if other is None or other.begun_at is None or last is None:
        return None
    return (other, last) if boots.told_to_its_end(connection, row.site, row.boot) else None


class _About:
    """Books what one placed boot says."""

    def __init__(self, connection: Connection, site: str, row: BootRow, now: int) -> None:
        self._connection = connection
        self._site = site
        self._row = row
        self._now = now
        self._begun = row.begun_at or 0

    def machine(self, rows: Sequence[SpanRow], before: tuple[BootRow, SpanRow] | None) -> int:
        """The Pi ran, stalled, or was down between two boots."""
        told = [_as_boot(self._row, rows)]
        if before is not None:
            told = [_as_boot(before[0], [before[1]]), *told]
        # the beginning of the boot counts as a tick only where its first ticks are here
        first = self._begun + (rows[0].since if rows[0].first > 1 else 0)
        mine = (each for each in imported(told, _ABOUT).evidence if each.boot_id == self._row.boot)
        words = [word for word in map(partial(_word, first), mine) if word.begin < word.end]
        return self._book(pi_of(self._site), Sli.RUNNING, words)

    def beside(self, rows: Sequence[SpanRow]) -> int:
        """The link and the program, as the ticks say."""
        told = [_told(row) for row in rows]
        at = [_moved(said, self._begun) for said in ticked.link(told)]
        if at:
            away = alive.holes(self._connection, (at[0].begin, at[-1].end))
            at = ticked.without(at, away)
        link = self._book(link_of(self._site), Sli.REACHABLE, map(_word_of, at))
        ends = boots.ends(self._connection, self._site, self._row.boot)
        own = [_moved(said, self._begun) for said in ticked.program(told, ends)]
        agent = device_of(self._site, AGENT)
        return link + self._book(agent, Sli.RUNNING, map(_word_of, own))

    def _book(self, target: str, sli: Sli, words: Iterable[Word]) -> int:
        about = Book(
            target=target,
            sli=sli,
            vantage=vantage_of(self._site),
            source=SOURCE,
            rank=Rank.JOURNAL,
            boot=self._row.boot,
        )
        return book(self._connection, about, list(words), self._now)


_ABOUT: Final = Evidence(id="-", begin=0, end=1, claim=Claim.UP, received_at=1)


def _as_boot(row: BootRow, rows: Sequence[SpanRow]) -> Boot:
    """A row as the ledger's boot. It ended in good order only if it did not tick after that."""
    last = rows[-1].until
    ended = row.clean_mono is not None and row.clean_mono >= last
    return Boot(
        boot_id=row.boot,
        stretches=tuple(Stretch(r.first, r.last, r.since, r.until) for r in rows),
        met=Meeting(row.begun_at or 0, 0, 2 * row.doubt),
        clean=row.clean if ended else "",
        stopped=row.clean_mono if ended else None,
    )


def _told(row: SpanRow) -> Told:
    return Told(row.first, row.last, row.since, row.until, row.run, row.hub, row.place)


def _moved(said: Said, begun: int) -> Said:
    return msgspec.structs.replace(said, begin=said.begin + begun, end=said.end + begun)


def _word(first: int, each: Evidence) -> Word:
    """A claim, without what lies before the first tick that was looked at; down times are whole."""
    begin = each.begin if each.claim is Claim.DOWN else max(first, each.begin)
    edge = each.edge if begin == each.begin else 0
    return Word(begin=begin, end=each.end, claim=each.claim, cause=each.cause, edge=edge)


def _word_of(said: Said) -> Word:
    return Word(begin=said.begin, end=said.end, claim=said.claim, cause=said.cause, edge=said.edge)
