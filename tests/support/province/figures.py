"""Figures of a whole hub against the truth: what it may say, must say, and must not make up."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from motcua_hub.domain.availability.evidence import State
from motcua_hub.domain.availability.reports import Report, intact, revised
from motcua_hub.domain.availability.timeline import Segments, timeline
from motcua_hub.ledger.layers import Basis
from motcua_hub.ledger.names import link_of, pi_of
from motcua_hub.ledger.subjects import subject
from motcua_hub.store.engine import reading
from province import machines
from province.office_hours import office_hours
from province.script import HOUR, MINUTE, Kind
from province.spans import Span, common, merged, minus, total
from support.province import feed as feeding
from support.province import judge, known, looks
from support.province.feed import Office
from support.province.judge import Blindness
from support.province.living import Living
from support.province.looks import Look

PROBE = feeding.PROBE
SEEN = Blindness(unseen=PROBE.surely_seen, tail=PROBE.horizon)
"""Of a server that three places ask: the last answer holds for its horizon if no other comes."""
PLACED = Blindness(unseen=0, tail=machines.FARTHEST)
SILENT = 150_000
"""A line is up from packet to packet, at most for so long."""


def window_of(hub: Living) -> Span:
    """All of it but the last hour, of which the last words never came."""
    return hub.feed.period[0], hub.feed.period[1] - HOUR


def line_of(hub: Living, target: str) -> Segments:
    """A target's time line, once all is in."""
    window = window_of(hub)
    with reading(hub.engine) as connection:
        found = subject(connection, target, window)
    return timeline(found.evidence, found.policy, life=window, ancestors=found.ancestors)


def corrected(hub: Living, site: str) -> list[Span]:
    """What two people said was down."""
    return merged(
        (fault.begin, fault.end)
        for fault in hub.feed.world.script.of(site, Kind.CARD)
        if hub.done.get("correction") == "done"
    )


def rows_are_those_that_arrived(hub: Living) -> None:
    """Nothing twice, nothing missing; and what neither side holds is declared, row by row."""
    held: dict[str, list[int]] = {}
    for row in hub.rows("event"):
        held.setdefault(str(row["jid"]), []).append(int(str(row["seq"])))
    gaps = {(row["jid"], row["first"], row["last"]) for row in hub.rows("gap")}
    declared = set()
    for shelves in hub.arrivals.shelves.values():
        for each in shelves:
            assert held.get(each.book.journal.jid, []) == each.holds, each.book.journal.name
            if each.lost is not None and each.have >= each.lost[1]:
                declared.add((each.book.journal.jid, *each.lost))
    assert gaps == declared


def machines_are_exact(hub: Living) -> None:
    """Down and up to the millisecond; unknown exactly where no row that is here can know."""
    window = window_of(hub)
    unknown = 0
    for office in hub.feed.offices:
        name = office.site.name
        line = line_of(hub, pi_of(name))
        down, up = known.machine(hub.arrivals.shelves[name], window)
        said = common(corrected(hub, name), [window])
        assert looks.spans(line, State.DOWN, window) == merged([*down, *said]), name
        assert looks.spans(line, State.UP, window) == minus(up, said), name
        off = common(office.site.machine_off, [window])
        assert judge.unexplained(line, off, PLACED) == [], name
        unknown += total(looks.spans(line, State.UNKNOWN, window))
    assert unknown > HOUR, "a simulation in which nothing is lost proves nothing"


def servers_are_right(hub: Living) -> None:
    """Asked from three places: no lie beyond doubts, and no long outage missed."""
    window = window_of(hub)
    for server, _ in hub.feed.servers:
        line = line_of(hub, server.name)
        off = common(server.off, [window])
        assert judge.unexplained(line, off, SEEN) == [], server.name
        up = looks.spans(line, State.UP, window)
        long = [span for span in off if span[1] - span[0] >= PROBE.surely_seen + MINUTE]
        wrong = [span for span in long if total(common([span], up)) > PROBE.worst_detection]
        assert wrong == [], server.name
        down = looks.spans(line, State.DOWN, window)
        felt = [span for span in long if common([span], down)]
        assert felt, "no outage of a server was seen at all"


def lines_are_right(hub: Living) -> None:
    """Never down while a session stood, nor up long after one ended."""
    window = window_of(hub)
    for office in hub.feed.offices:
        line = line_of(hub, link_of(office.site.name))
        doubts = judge.doubted(line)
        stood = merged((e.online, e.last_packet) for e in office.stays)
        down = minus(looks.spans(line, State.DOWN, window), doubts)
        assert common(down, stood) == [], office.site.name
        assert common(down, hub.feed.world.hub_off) == [], office.site.name
        near = merged((a, b + SILENT) for a, b in stood)
        up = minus(looks.spans(line, State.UP, window), merged([*doubts, *near]))
        assert up == [], office.site.name


def bounds_hold(hub: Living, found: Sequence[Look]) -> None:
    """At any moment: lower and upper hold the truth between them, up to the stated doubts."""
    assert len({look.as_of for look in found}) >= 8
    for look in found:
        base = base_of(hub, look)
        numbers = look.said.numbers
        assert numbers["base"] == total(base), (look.target, look.as_of)
        if not base or numbers["lower"] is None:
            continue
        off = off_of(hub, look)
        true_up = total(base) - total(common(off, base))
        lower, upper = Fraction(numbers["lower"]), Fraction(numbers["upper"])
        doubt = numbers["doubt"] + _hidden(look, off, base)
        assert lower * total(base) - doubt <= true_up, (look.target, look.as_of)
        assert true_up <= upper * total(base) + numbers["doubt"], (look.target, look.as_of)
        blind = PLACED if look.site else SEEN
        line = looks.clipped(look.line, (hub.feed.period[0], look.as_of))
        assert judge.unexplained(line, off, blind) == [], (look.target, look.as_of)


def _hidden(look: Look, off: list[Span], base: list[Span]) -> int:
    """What samples cannot see by their nature, and half a round trip at the end of a boot."""
    left = judge.unexcused(judge.lies(look.line, off), judge.doubted(look.line))
    return judge.time_in([(lie.begin, lie.end) for lie in left if lie.told is State.UP], base)


def off_of(hub: Living, look: Look) -> list[Span]:
    """When it truly was down, up to where somebody looked."""
    window = (hub.feed.period[0], look.as_of)
    if look.site:
        office = _office(hub, look.site)
        return common(office.site.machine_off, [window])
    server = next(s for s, _ in hub.feed.servers if s.name == look.target)
    return common(server.off, [window])


def _office(hub: Living, name: str) -> Office:
    return next(each for each in hub.feed.offices if each.site.name == name)


def base_of(hub: Living, look: Look) -> list[Span]:
    """The time that counted, by what had been agreed to when somebody looked."""
    window = (hub.feed.period[0], min(look.as_of, hub.feed.period[1]))
    return minus([window], out_of_count(hub, look.site or look.target, look.as_of))


def out_of_count(hub: Living, name: str, as_of: int) -> list[Span]:
    """Planned work and force majeure of a site or server."""
    script = hub.feed.world.script
    agreed = [w for w in script.windows if w.emergency or w.announced_at <= w.begin - 24 * HOUR]
    windows = [(w.begin, w.end) for w in agreed if name in w.cover and w.announced_at <= as_of]
    storms = [(s.begin, s.end) for s in script.storms if name in s.sites]
    excused = storms if hub.excused_at is not None and hub.excused_at <= as_of else []
    return merged([*windows, *excused])


def nothing_is_made_up(hub: Living, found: Iterable[Look]) -> None:
    """Of a machine exactly as much is told as its journal can know by then."""
    for look in found:
        if look.known is None:
            continue
        window = (hub.feed.period[0], look.as_of)
        down, up = look.known
        said = corrected(hub, look.site)
        told_down = looks.spans(look.line, State.DOWN, window)
        told_up = looks.spans(look.line, State.UP, window)
        assert minus(told_down, merged([*down, *said])) == [], (look.target, look.as_of)
        assert minus(told_up, up) == [], (look.target, look.as_of)
        assert minus(down, told_down) == [], (look.target, look.as_of)
        assert minus(minus(up, said), told_up) == [], (look.target, look.as_of)
        numbers = look.said.numbers
        covered = total(common([*down, *up, *said], base_of(hub, look)))
        coverage = Fraction(numbers["coverage"] or 0)
        assert coverage * numbers["base"] <= covered, (look.target, look.as_of)


def the_past_stays(hub: Living, found: Iterable[Look]) -> None:
    """Whatever came afterwards, a report as of then says what it said then."""
    for look in found:
        again, _ = looks.told(hub.engine, look.target, hub.feed.period, look.as_of)
        assert intact(look.said)
        assert again == look.said, (look.target, look.as_of)


def changes_are_revisions(hub: Living, found: Sequence[Look]) -> None:
    """From look to look: other figures make the next revision, which names what changed."""
    lines: list[str] = []
    for before, after in _pairs(found):
        with reading(hub.engine) as connection:
            now = subject(
                connection, after.target, hub.feed.period, after.as_of, basis=Basis.ALWAYS
            )
        new = revised(now, before.said, after.as_of)
        if new is None:
            assert before.said.numbers == after.said.numbers
            continue
        assert (new.revision, new.previous) == (2, before.said.sha256)
        assert new.numbers == after.said.numbers
        lines += new.changes
    assert any("UNKNOWN" in line and "UP" in line for line in lines), lines


def _pairs(found: Sequence[Look]) -> Iterator[tuple[Look, Look]]:
    by_target: dict[str, list[Look]] = {}
    for look in found:
        by_target.setdefault(look.target, []).append(look)
    for each in by_target.values():
        yield from pairwise(each)


def finals_stand(finals: Sequence[Report], again: Sequence[Report | None], touched: str) -> None:
    """What was final is said again only where somebody corrected it, and then with its lines."""
    for said, new in zip(finals, again, strict=True):
        assert said.standing == "final"
        if said.target != touched:
            assert new is None, said.target
            continue
        assert new is not None
        assert (new.revision, new.previous) == (2, said.sha256)
        assert new.changes
        assert any(name.startswith("correction/") for name in new.evidence)


def bases_follow_the_calendar(hub: Living) -> None:
    """Office hours by the calendar on the wall, less what was planned in time and excused."""
    period = hub.feed.period
    for office in hub.feed.offices:
        name = office.site.name
        with reading(hub.engine) as connection:
            found = subject(connection, pi_of(name), period, hub.now)
        said = looks.report(found, period, hub.now)
        wanted = minus(office_hours(period), out_of_count(hub, name, hub.now))
        assert said.numbers["base"] == total(wanted), name
        assert 0 < total(wanted) < (period[1] - period[0]) // 2
