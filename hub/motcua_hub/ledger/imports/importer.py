"""The part of the hub that imports sites' journals: a round every few seconds, its own cursor."""

import logging
from collections import defaultdict
from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection, Engine

from motcua_contract.facts.evidence import BootMet, ProbesReported, TicksReported
from motcua_contract.facts.office import JournalStarted, ProcessStopped
from motcua_hub.ledger import cursors
from motcua_hub.ledger.imports import boots, probes, spans, words
from motcua_hub.ledger.imports.reading import Item, Page, late_page, page, stops_of
from motcua_hub.loop import Loop
from motcua_hub.store.engine import reading, writing

log = logging.getLogger(__name__)
NAME: Final = "imports/2"
"""Of the cursor; another version begins at the first event again, and books nothing twice."""
LATE: Final = "imports-late"
"""Of the cursor over events that became readable after the first one had passed them."""
EVERY_S: Final = 2.0
_FORGET_MS: Final = 6 * 3600 * 1000
_PAGES: Final = 200
"""A round ends after so many pages, so that the program can end."""


class News:
    """What one page told of one site: from which tick of a boot, and since when of targets."""

    def __init__(self) -> None:
        self.boots: dict[str, int] = {}
        self.targets: dict[tuple[str, str], int] = {}

    def ticks(self, boot: str, first: int) -> None:
        """More is known of a boot from this tick on."""
        self.boots[boot] = min(self.boots.get(boot, first), first)

    def probed(self, boot: str, target: str, since: int) -> None:
        """More is known of a target from this moment of a boot on."""
        key = (boot, target)
        self.targets[key] = min(self.targets.get(key, since), since)


class Importer:
    """Takes in what sites told since the last round. One at a time for a database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._forgot_at = 0
        self._unplaced: set[tuple[str, str]] = set()
        self.imported = 0

    def round(self, now: int) -> int:
        """Take in everything there is (at most `_PAGES` pages); how many facts."""
        before = self.imported
        for name, pages in ((NAME, page), (LATE, late_page)):
            for _ in range(_PAGES):
                if self._page(name, pages, now):
                    break
        self._join(now)
        self._tell_unplaced(now)
        if now - self._forgot_at > _FORGET_MS:
            self._forgot_at = now
            with writing(self._engine) as connection:
                probes.forget(connection, now)
        return self.imported - before

    def _page(self, name: str, pages: Callable[[Connection, int], Page], now: int) -> bool:
        """One page in one transaction; whether it was the last."""
        with reading(self._engine) as connection:
            after = cursors.at(connection, name)
            found = pages(connection, after)
        if found.upto > after:
            with writing(self._engine) as connection:
                _take(connection, found, now)
                cursors.move(connection, name, found.upto)
            self.imported += len(found.items)
        return found.last

    def _join(self, now: int) -> None:
        """Book the time between boots whose journals have come whole meanwhile."""
        with reading(self._engine) as connection:
            waiting = [
                (site, name)
                for site, name in boots.unjoined(connection)
                if boots.told_to_its_end(connection, site, name)
            ]
        for site, name in waiting:
            with writing(self._engine) as connection:
                words.settle(connection, site, {name: words.ENDS}, now)

    def _tell_unplaced(self, now: int) -> None:
        """A boot that met nobody is recorded with its length and claims nothing (R11)."""
        with reading(self._engine) as connection:
            waiting = [
                (site, name)
                for site, name, after in boots.unplaced(connection)
                if (site, name) not in self._unplaced
                and boots.told_to_its_end(connection, site, after)
            ]
        for site, name in waiting:
            with writing(self._engine) as connection:
                words.tell_unplaced(connection, site, name, now)
            self._unplaced.add((site, name))


def _take(connection: Connection, found: Page, now: int) -> None:
    """Keep what the facts tell, then book what follows from it, site by site."""
    news: defaultdict[str, News] = defaultdict(News)
    for item in found.items:
        _keep(connection, item, news[item.site], now)
    for site, of_site in news.items():
        unplaced = [name for name in of_site.boots if not _is_placed(connection, site, name)]
        words.settle(connection, site, of_site.boots, now)
        for name in unplaced:
            for target in probes.targets_of(connection, site, name):
                of_site.probed(name, target, 0)
        for (boot, target), since in sorted(of_site.targets.items()):
            probes.settle(connection, site, boot, target, now, since=since)


def _is_placed(connection: Connection, site: str, name: str) -> bool:
    row = boots.load(connection, site, name)
    return row is not None and row.begun_at is not None


def _keep(connection: Connection, item: Item, news: News, now: int) -> None:
    fact, ended = item.fact, set[str]()
    if isinstance(fact, TicksReported):
        for boot, first in spans.keep(connection, item.site, fact.spans, now).items():
            news.ticks(boot, first)
    elif isinstance(fact, ProbesReported):
        for target, since in probes.keep(connection, item.site, fact, now).items():
            news.probed(fact.boot[:64], target, since)
    elif isinstance(fact, JournalStarted):
        ended = _started(connection, item, fact, now)
    elif isinstance(fact, ProcessStopped):
        ended = boots.stopped(connection, item, fact, now)
    elif isinstance(fact, BootMet):
        ended = boots.met(connection, item, fact, now)
    for boot in ended:
        news.ticks(boot, words.ENDS)


def _started(connection: Connection, item: Item, fact: JournalStarted, now: int) -> set[str]:
    """A program's beginning; the word of its end may have been read before it."""
    found = boots.started(connection, item, fact, now)
    for stop in stops_of(connection, item.site, item.jid):
        if isinstance(stop.fact, ProcessStopped):
            found |= boots.stopped(connection, stop, stop.fact, now)
    return found


def importing(engine: Engine, clock: Callable[[], int]) -> Loop:
    """The part, for the list of parts. `clock` gives UTC ms."""
    importer = Importer(engine)
    return Loop("ledger-imports", lambda: importer.round(clock()), EVERY_S)
