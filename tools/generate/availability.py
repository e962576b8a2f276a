"""The tables of docs/availability.md: one month as it was, as we tell it, as others would."""

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import msgspec

from generate import paper
from motcua_hub.domain.availability import liveness
from motcua_hub.domain.availability.evidence import Claim, Evidence, Rank, Sli, State
from motcua_hub.domain.availability.journal import Boot, Meeting, Stretch, imported
from motcua_hub.domain.availability.layers import Layers, Window
from motcua_hub.domain.availability.policy import Policy
from motcua_hub.domain.availability.reports import Report, Subject, report, revised
from motcua_hub.domain.availability.samples import Probe, evidence
from motcua_hub.domain.availability.timeline import timeline
from province import compressed, hubself, machines, monitors, month
from province.monitors import Figure
from province.probers import BLIND, FAIL, Run
from province.script import DAY, HOUR, MINUTE, SECOND
from province.spans import Span, common, merged, minus, total
from province.world import World

_PAGE = Path(__file__).parents[2] / "docs" / "availability.md"
_PROBE = Probe(interval=month.TIMING.interval, retry=month.TIMING.retry)
_POLICY = Policy(sli=Sli.RUNNING)
_WINDOW = Window(begin=month.WORK[0], end=month.WORK[1], announced_at=month.WORK[0] - 3 * DAY)
_TICK = machines.TICK


def render() -> str:
    """The page with its tables made anew."""
    page = _PAGE.read_text(encoding="utf-8")
    world = month.lived()
    blocks = (
        ("month", _events(world)),
        ("monitors", _monitors(world)),
        ("paper", paper.lines()),
    )
    for name, lines in blocks:
        block = f"<!-- {name} -->\n\n" + "\n".join(lines) + f"\n\n<!-- /{name} -->"
        page = re.sub(rf"<!-- {name} -->.*?<!-- /{name} -->", block, page, flags=re.DOTALL)
    return page


def _events(world: World) -> Iterable[str]:
    yield "| day | what happens | how long | the server is |"
    yield "|---|---|---|---|"
    for at, length, kind, where, words in month.EVENTS:
        down = "down" if where == month.SERVER else "not touched"
        state = "down, planned" if kind == "planned_work" else down
        yield f"| {at // DAY + 1} | {words} | {_length(length)} | {state} |"
    true = _truth(world)
    yield ""
    yield f"In the time that was not announced work it was up for {_percent(true)} %."


def _length(ms: int) -> str:
    for size, unit in ((HOUR, "h"), (MINUTE, "min"), (SECOND, "s")):
        if ms >= size:
            return f"{ms / size:.4g} {unit}"
    return f"{ms} ms"


def _truth(world: World) -> Fraction:
    return monitors.truth(world.servers[0].off, world.script.size.period, [month.WORK])


def _percent(share: Fraction) -> str:
    units = share.numerator * 1_000_000 // share.denominator
    return f"{units // 10_000}.{units % 10_000:04}"


def _monitors(world: World) -> Iterable[str]:
    yield "| by | availability | downtime off by | counted wrongly | left out unsaid |"
    yield "|---|---|---|---|---|"
    true = _truth(world)
    window = world.script.size.period
    base = window[1] - window[0] - (month.WORK[1] - month.WORK[0])
    off = world.servers[0].off
    yield f"| the truth | {_percent(true)} % | | | |"
    for name, figure in (*_others(world), *_ours(world)):
        differs = float((true - figure.share) * base / MINUTE)
        wrong = monitors.wrongly(figure, off, window, [month.WORK]) / MINUTE
        out = total(figure.left_out) / MINUTE
        yield (
            f"| {name} | {_percent(figure.share)} % | {differs:+.1f} min | {wrong:.1f} min |"
            f" {out:.1f} min |"
        )
    yield ""
    yield from _stated(world)


def _others(world: World) -> Iterable[tuple[str, Figure]]:
    """Everybody gets the same answers; a cut of the monitor's own line is a failure to them."""
    window = world.script.size.period
    got = month.seen(world, (FAIL, "timeout"))
    work = [month.WORK]
    yield "Uptime Kuma 2", monitors.uptime_kuma(got, window, work)
    yield "Icinga DB", monitors.icinga_db(got, window, work)
    step = month.TIMING.interval
    yield "Prometheus, blackbox exporter", monitors.prometheus(got, window, step)


def _ours(world: World) -> Iterable[tuple[str, Figure]]:
    """The ledger as the month ends, and when the server's own journal is in; unknown is said."""
    for name, found in zip(("as the month ends", "final"), reports(world), strict=True):
        share = Fraction(found.numbers["availability"])
        yield f"Motcua, {name}", Figure(share, _down(world, found), [])


def _down(world: World, found: Report) -> list[Span]:
    """What a report counts as down. Time that it says it does not know is not counted wrongly."""
    subject = subject_of(world)
    window = world.script.size.period
    line = timeline(subject.evidence, _POLICY, found.as_of, life=window)
    unknown = [(s.begin, s.end) for s in line if s.state is State.UNKNOWN]
    down = [(s.begin, s.end) for s in line if s.state is State.DOWN]
    truly = common(unknown, world.servers[0].off)
    return minus(merged([*down, *truly]), [month.WORK])


def _stated(world: World) -> Iterable[str]:
    for name, found in zip(("As the month ends", "Finally"), reports(world), strict=True):
        told = found.numbers
        low, high = (_percent(Fraction(told[key])) for key in ("lower", "upper"))
        unknown, doubt = _length(told["unknown"]), _length(told["doubt"])
        yield (
            f"{name} ({found.standing}, revision {found.revision}) Motcua says: between {low} % and"
            f" {high} %; {unknown} not known; edges of outages sure to {doubt} in all."
        )


def reports(world: World) -> tuple[Report, Report]:
    """The report at the end of the month, and its revision three days later."""
    window = world.script.size.period
    subject = subject_of(world)
    first = report(msgspec.structs.replace(subject, journals=()), window, window[1])
    last = revised(subject, first, window[1] + 3 * DAY)
    return first, last or first


def subject_of(world: World) -> Subject:
    """All that is ever known of the server."""
    window = world.script.size.period
    return Subject(
        target=month.SERVER,
        evidence=(*_probes(world), *_journal(world, window[1] + DAY)),
        policy=_POLICY,
        layers=Layers(windows=(_WINDOW,)),
        journals=(window,),
    )


def _about(vantage: str, rank: int, received_at: int) -> Evidence:
    return Evidence(
        id=f"{month.SERVER}/{vantage}",
        target=month.SERVER,
        sli=Sli.RUNNING,
        begin=0,
        end=1,
        claim=Claim.UP,
        vantage=vantage,
        rank=rank,
        received_at=received_at,
    )


def _probes(world: World) -> Iterable[Evidence]:
    """The hub; it knows when it was away, and when its own line was cut."""
    holes = liveness.holes(hubself.alive_rows(world))
    mine = _claims(month.seen(world, (BLIND, "references")), _about("hub", Rank.PROBE, 1))
    yield from liveness.silenced(mine, holes, liveness.grace(_PROBE.interval))


def _claims(processes: Iterable[Sequence[Run]], about: Evidence) -> Iterable[Evidence]:
    for runs in processes:
        yield from evidence(compressed.claimed(runs, _PROBE), about)


def _journal(world: World, received_at: int) -> Iterable[Evidence]:
    """The server's own watchdog: boots by their ticks, and when its program did not work."""
    server = world.servers[0]
    boots = []
    for boot in server.boots:
        runs = machines.tick_runs(boot)
        boots.append(
            Boot(
                boot_id=boot.name,
                ticks=(),
                stretches=tuple(Stretch(r.first, r.last, r.since, r.until) for r in runs),
                met=Meeting(boot.begin + 30_000, 30_000, 4),
                clean=boot.clean,
                stopped=machines.goodbye(boot),
            )
        )
    about = _about(month.SERVER, Rank.JOURNAL, received_at)
    found = imported(boots, about).evidence
    for each in found:
        yield from _without(each, [*server.process_off, *server.errors])


def _without(each: Evidence, off: Sequence[Span]) -> Iterable[Evidence]:
    """The watchdog asks its own program at every tick: down while that does not work."""
    at = each.begin
    for begin, end in sorted(off):
        if each.begin < begin and end < each.end and each.claim is Claim.UP:
            failed = _next_tick(begin)
            back = _next_tick(end)
            if failed < back:
                yield _part(each, at, failed, Claim.UP, 0)
                yield _part(each, failed, back, Claim.DOWN, _TICK)
                at = back
    yield _part(each, at, each.end, each.claim, each.edge if at == each.begin else _TICK)


def _next_tick(at: int) -> int:
    return -(-at // _TICK) * _TICK


def _part(each: Evidence, begin: int, end: int, claim: Claim, edge: int) -> Evidence:
    return msgspec.structs.replace(
        each, id=f"{each.id}@{begin}", begin=begin, end=end, claim=claim, edge=edge
    )
