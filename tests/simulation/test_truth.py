"""A quarter of a province: what the ledger tells, against what was."""

from random import Random

import pytest

from motcua_hub.domain.availability.evidence import Sli, State
from motcua_hub.domain.availability.figures import figures, measure
from motcua_hub.domain.availability.layers import shape
from motcua_hub.domain.availability.timeline import Segments, timeline
from province import hubself, machines
from province.script import DAY, HOUR
from province.spans import Span, common, merged, total
from support.province import feed as feeding
from support.province import judge, oracle
from support.province.feed import Feed, Office
from support.province.judge import Blindness

PROBE = feeding.PROBE
SEEN = Blindness(unseen=PROBE.surely_seen, tail=PROBE.surely_seen)
PLACED = Blindness(unseen=0, tail=machines.FARTHEST)
"""A boot is placed to half a round trip; where nothing is known afterwards no edge says so."""
NOW = Blindness(unseen=PROBE.surely_seen, tail=PROBE.worst_detection)
"""When one looks in the middle of it, what began just now is not confirmed yet."""


def cut(spans: list[Span], window: Span) -> list[Span]:
    return common(merged(spans), [window])


def test_once_all_journals_are_in_a_machine_is_told_to_the_millisecond(quarter: Feed) -> None:
    for office in quarter.offices:
        above = feeding.link_line(quarter, office)
        line = feeding.machine_line(quarter, office, None, above)
        down, up = oracle.machine(quarter, office)
        assert judge.told(line, State.DOWN) == down, office.site.name
        assert judge.told(line, State.UP) == up, office.site.name


def test_what_a_journal_cannot_know_to_the_millisecond_is_stated(quarter: Feed) -> None:
    exact = off_by = 0
    for office in quarter.offices:
        above = feeding.link_line(quarter, office)
        line = feeding.machine_line(quarter, office, None, above)
        off = cut(office.site.machine_off, quarter.period)
        assert judge.unexplained(line, off, PLACED) == [], office.site.name
        wrong = sum(lie.length for lie in judge.lies(line, off))
        stated = sum(each.edge or PLACED.tail for each in line)
        assert wrong <= stated, office.site.name
        exact += wrong == 0
        off_by += wrong
    assert off_by > 0, "a simulation in which nothing is doubtful proves nothing"


def test_a_line_is_told_right_but_for_its_stated_doubts(quarter: Feed) -> None:
    for office in quarter.offices:
        line = feeding.link_line(quarter, office)
        off = cut(quarter.world.link_off(office.site), quarter.period)
        assert judge.unexplained(line, off, SEEN) == [], office.site.name


def test_a_server_seen_from_three_places_is_told_right_but_for_its_stated_doubts(
    quarter: Feed,
) -> None:
    for index, (server, _) in enumerate(quarter.servers):
        for sli, policy in _slis():
            found = feeding.server_evidence(quarter, index, sli)
            line = timeline(found, policy, life=quarter.period)
            off = cut(server.off, quarter.period)
            assert judge.unexplained(line, off, SEEN) == [], (server.name, sli)
            long = [span for span in off if span[1] - span[0] >= PROBE.surely_seen + 30_000]
            known = judge.told(line, State.DOWN) + judge.told(line, State.UNKNOWN)
            missed = [span for span in long if not common([span], merged(known))]
            assert missed == [], (server.name, sli)


def _slis():
    return ((Sli.REACHABLE, feeding.SERVER), (Sli.RUNNING, feeding.SERVER_RUNS))


def test_a_printer_behind_its_pi_is_told_right_but_for_its_stated_doubts(quarter: Feed) -> None:
    for office in quarter.offices:
        line = timeline(feeding.printer_evidence(office), feeding.PRINTER, life=quarter.period)
        off = cut(hubself.printer_off(office.site), quarter.period)
        assert judge.unexplained(line, off, SEEN) == [], office.site.name


def test_a_camera_behind_a_line_is_not_called_down_for_the_line(quarter: Feed) -> None:
    for office in quarter.offices:
        above = feeding.link_line(quarter, office)
        line = feeding.camera_line(quarter, office, None, above)
        off = cut(hubself.camera_off(office.site), quarter.period)
        assert judge.unexplained(line, off, SEEN) == [], office.site.name


def looks(feed: Feed, count: int) -> list[int]:
    """Moments at which somebody looks: any, and those just after something went wrong."""
    chance = Random(f"{feed.world.script.size.seed}/looks")
    begin, end = feed.period
    faults = feed.world.script.faults
    after = [chance.choice(faults).begin + chance.randrange(3 * 60_000) for _ in range(count // 2)]
    return sorted(chance.randrange(begin + HOUR, end) for _ in range(count // 2)) + sorted(after)


def test_at_any_moment_the_truth_lies_within_what_is_told(quarter: Feed) -> None:
    chance = Random(1)
    for as_of in looks(quarter, 12):
        for office in chance.sample(quarter.offices, min(40, len(quarter.offices))):
            _within_bounds(quarter, office, as_of)
        for index in range(len(quarter.servers)):
            _server_within_bounds(quarter, index, as_of)


def _within_bounds(feed: Feed, office: Office, as_of: int) -> None:
    window = feeding.lived(feed, as_of)
    link = feeding.link_line(feed, office, as_of)
    off = cut(feed.world.link_off(office.site), window)
    _bounded(feed, f"{office.site.name}.link", link, off, as_of, NOW)
    machine = feeding.machine_line(feed, office, as_of, link)
    off = cut(office.site.machine_off, window)
    _bounded(feed, f"{office.site.name}.pi", machine, off, as_of, PLACED)
    printer = timeline(feeding.printer_evidence(office, as_of), feeding.PRINTER, life=window)
    off = cut(hubself.printer_off(office.site), window)
    _bounded(feed, f"{office.site.name}.printer", printer, off, as_of, NOW)


def _server_within_bounds(feed: Feed, index: int, as_of: int) -> None:
    window = feeding.lived(feed, as_of)
    server = feed.servers[index][0]
    for sli, policy in _slis():
        line = timeline(feeding.server_evidence(feed, index, sli, as_of), policy, life=window)
        _bounded(feed, server.name, line, cut(server.off, window), as_of, NOW)


def _bounded(  # noqa: PLR0917 - one check, all it needs
    feed: Feed, name: str, line: Segments, off: list[Span], as_of: int, blind: Blindness | None
) -> None:
    """The figures of a period that still runs: `lower` and `upper` hold the truth between them."""
    assert judge.unexplained(line, off, blind) == [], (name, as_of)
    window = feeding.lived(feed, as_of)
    policy = feeding.LINK
    base = shape(feeding.layers(feed, name), window, policy.notice, as_of)
    amounts = measure(line, base)
    told = figures(amounts, policy)
    if told.lower is None or told.upper is None:
        return
    inside = list(base.base)
    true_up = amounts.base - judge.seen_down(off, inside)
    hidden = _hidden(line, off, inside, blind)
    assert told.lower * amounts.base - amounts.doubt - hidden <= true_up, (name, as_of)
    assert true_up <= told.upper * amounts.base + amounts.doubt, (name, as_of)


def _hidden(line: Segments, off: list[Span], base: list[Span], blind: Blindness | None) -> int:
    """What samples cannot see by their nature: each part of it is short, see `unexplained`."""
    if blind is None:
        return 0
    left = judge.unexcused(judge.lies(line, off), judge.doubted(line))
    return judge.time_in([(lie.begin, lie.end) for lie in left if lie.told is State.UP], base)


@pytest.mark.parametrize("late", [0, 2 * DAY])
def test_more_journals_only_ever_narrow_what_is_not_known(quarter: Feed, late: int) -> None:
    begin, end = quarter.period
    for office in quarter.offices[::10]:
        unknown = []
        for as_of in (end - 3 * DAY + late, None):
            line = feeding.machine_line(quarter, office, as_of)
            window = [(begin, end - 5 * DAY)]
            unknown.append(total(common(judge.told(line, State.UNKNOWN), window)))
        assert unknown[1] <= unknown[0]
