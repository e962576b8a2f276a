"""What a journal can know at best, from the rows of it that the hub holds. By R10 to R12 alone.

Nothing of the ledger is used. A boot begins by its meeting, or by a clock that was synchronised
once another boot has followed; it was down since the boot before if all of that one's journal is
here; what lies between ticks that are too far apart, or not here, nobody knows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from motcua_contract.facts.evidence import BootMet, TickSpan, TicksReported
from motcua_contract.facts.office import ProcessStopped
from province.spans import Span, common, merged, minus
from support.province.arrivals import Shelf

STALL = 25_000


@dataclass
class Heard:
    """All that is held of one boot. Times are ms after it began."""

    name: str
    spans: list[TickSpan] = field(default_factory=list)
    met: int | None = None
    bye: int | None = None
    synced: int | None = None
    before: "Heard | None" = None
    told: bool = False
    followed: bool = False

    @property
    def begun(self) -> int | None:
        """When it began, UTC ms; None: nobody can say."""
        if self.met is not None:
            return self.met
        return self.synced if self.followed else None

    @property
    def end(self) -> int:
        """The last that it told of itself."""
        last = self.spans[-1].until
        return last if self.bye is None or self.bye < last else self.bye


def heard(shelves: Sequence[Shelf]) -> list[Heard]:
    """Every boot of which anything is held, oldest first."""
    boots: dict[str, Heard] = {}
    for each in shelves:
        for row in each.holds:
            name = each.book.boot.name
            _take(boots, boots.setdefault(name, Heard(name)), each, row)
    by_book = {id(each.book): each for each in shelves}
    for each in shelves:
        _follow(boots, each, by_book)
    for one in boots.values():
        one.spans.sort(key=lambda span: span.first)
    return list(boots.values())


def _take(boots: dict[str, Heard], mine: Heard, each: Shelf, row: int) -> None:
    fact = each.book.facts[row - 1]
    if isinstance(fact, TicksReported):
        for span in fact.spans:
            of = boots.setdefault(span.boot, Heard(span.boot))
            of.spans.append(span)
            if span.synced:
                of.synced = span.offset
    elif isinstance(fact, BootMet):
        mine.met = fact.hub - fact.at
    elif isinstance(fact, ProcessStopped):
        mine.bye = each.book.written[row - 1] - each.book.boot.begin


def _follow(boots: dict[str, Heard], child: Shelf, shelves: dict[int, Shelf]) -> None:
    above = child.book.parent
    parent = None if above is None else shelves[id(above)]
    if parent is None or 1 not in child.holds or 1 not in parent.holds:
        return
    name, before = child.book.boot.name, parent.book.boot.name
    if name != before:
        boots[name].before = boots[before]
        boots[name].told = parent.whole
        boots[before].followed = True


def machine(shelves: Sequence[Shelf], window: Span) -> tuple[list[Span], list[Span]]:
    """When a machine is to be told down, and when up, to the millisecond."""
    down: list[Span] = []
    up: list[Span] = []
    for each in heard(shelves):
        if each.begun is None or not each.spans:
            continue
        up += [(each.begun + a, each.begun + b) for a, b in _proven(each)]
        last = each.before
        if last is not None and each.told and last.begun is not None and last.spans:
            down.append((last.begun + last.end, each.begun))
    return common(merged(down), [window]), common(minus(up, merged(down)), [window])


def _proven(each: Heard) -> Iterable[Span]:
    """When it ticked; its begin and its goodbye are as good as ticks."""
    at, number = each.spans[0].since, each.spans[0].first - 1
    if number == 0 and at <= STALL:
        at = 0
    for span in each.spans:
        if span.first == number + 1 and span.since - at <= STALL:
            yield at, span.since
        yield span.since, span.until
        at, number = span.until, span.last
    if each.bye is not None and 0 <= each.bye - at <= STALL:
        yield at, each.bye
