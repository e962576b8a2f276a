"""How offices' journals reach the hub: late, twice, in the wrong order, and some of them never."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from motcua_contract.messages import Ack, Nak, NakCode
from motcua_hub.ingest import Receiver
from motcua_hub.ingest.messages import Incoming
from province.script import HOUR, Dice, Kind, dice
from province.spans import Span
from support.hubsite import Journal
from support.province import journals
from support.province.delivery import LAG
from support.province.feed import Feed, Office
from support.province.journals import Book

_ROWS = 50
_KEPT = 2 * HOUR
"""What is younger is never given up."""


def never_told(feed: Feed, office: Office) -> list[Span]:
    """What was written in these times and had not come by their end never comes."""
    found: list[Span] = [(office.delivery.until(at), at - _KEPT) for at in office.site.purged]
    died = (each.begin for each in feed.world.script.of(office.site.name, Kind.CARD))
    found += [(office.delivery.until(at), at) for at in died]
    return [(begin, end) for begin, end in found if begin < end]


@dataclass
class Shelf:
    """One journal, and how much of it the hub holds: rows up to `have`, but for `lost`."""

    book: Book
    lost: tuple[int, int] | None
    have: int = 0

    @property
    def holds(self) -> list[int]:
        """The numbers of the rows that the hub holds."""
        first, last = self.lost or (0, 0)
        return [n for n in range(1, self.have + 1) if not first <= n <= last]

    @property
    def whole(self) -> bool:
        """Whether the hub holds all that was ever written."""
        return self.lost is None and self.have == len(self.book.written)


def shelf(book: Book, gone: list[Span]) -> Shelf:
    """A journal of which nothing has come yet."""
    rows = [n for n, at in enumerate(book.written, 1) if any(a < at <= b for a, b in gone)]
    return Shelf(book, (rows[0], rows[-1]) if rows else None)


@dataclass
class Arrivals:
    """Brings journals to one hub. `faults` counts what went wrong on the way."""

    feed: Feed
    receiver: Receiver
    shelves: dict[str, list[Shelf]]
    chance: Dice
    faults: dict[str, int] = field(default_factory=dict)

    @staticmethod
    def at(feed: Feed, receiver: Receiver) -> "Arrivals":
        """Before anything has come."""
        shelves = {}
        for office in feed.offices:
            gone = never_told(feed, office)
            shelves[office.site.name] = [shelf(b, gone) for b in journals.books(feed, office)]
        chance = dice(f"{feed.world.script.size.seed}/arrivals")
        return Arrivals(feed, receiver, shelves, chance)

    def bring(self, office: Office, now: int, wall: int) -> None:
        """What of an office's journals is at the hub by now, at the hub's clock `wall`."""
        known = office.delivery.until(now)
        waiting = [s for s in self.shelves[office.site.name] if self._due(s, known)]
        if len(waiting) > 1 and self.chance.random() < 0.5:
            self._count("newest first")
            waiting.reverse()
        for each in waiting:
            current = self.shelves[office.site.name][-1].book.journal
            self._bring(office.site.name, each, known, min(wall, known + LAG + wall - now), current)

    def bring_all(self, office: Office, wall: int) -> None:
        """All that ever comes."""
        for each in self.shelves[office.site.name]:
            self._bring(office.site.name, each, 1 << 62, wall, each.book.journal)

    @staticmethod
    def _due(shelf_: Shelf, known: int) -> bool:
        return journals.rows_until(shelf_.book, known) > shelf_.have

    def _bring(self, site: str, each: Shelf, known: int, wall: int, current: Journal) -> None:
        upto = journals.rows_until(each.book, known)
        first, last = each.lost or (upto + 1, upto)
        self._send(site, each, min(upto, first - 1), wall)
        if upto > last >= first > each.have:
            self._purged(site, each, last, wall, current)
            self._send(site, each, upto, wall)

    def _purged(self, site: str, each: Shelf, last: int, wall: int, current: Journal) -> None:
        """The office says hello, and from which row on it still has that journal."""
        self._count("purged")
        journal = each.book.journal
        told = [journal.state(first_available=last + 1)]
        told += [current.state()] if current is not journal else []
        resume = self.receiver.hello(site, current.hello(*told), wall)
        assert resume is not None
        each.have = last

    def _send(self, site: str, each: Shelf, upto: int, wall: int) -> None:
        while each.have < upto:
            end = min(upto, each.have + _ROWS)
            for first, last, refused in self._disorder(each, end):
                said = self.receiver.batch(site, each.book.journal.batch(first, last), wall)
                if refused:
                    assert isinstance(said, Nak), said
                    assert said.code is NakCode.GAP
                else:
                    assert isinstance(said, Ack), said
            each.have = end

    def _disorder(self, each: Shelf, end: int) -> Iterator[tuple[int, int, bool]]:
        """Rows `have + 1` to `end`, and what else arrives before and after them."""
        first = each.have + 1
        if first < end and self.chance.random() < 0.1:
            self._count("out of order")
            yield first + 1, end, True
        yield first, end, False
        if self.chance.random() < 0.15:
            self._count("twice")
            yield max(first, end - self.chance.randrange(3)), end, False

    def _count(self, what: str) -> None:
        self.faults[what] = self.faults.get(what, 0) + 1


def twice(messages: list[Incoming], chance: Dice) -> list[Incoming]:
    """Words with quality of service 1: some of them come again."""
    return [copy for each in messages for copy in [each] * (1 + (chance.random() < 0.15))]
