"""What an office's Pi tells of the servers that it probes: runs of equal answers, as facts."""

from collections.abc import Iterable, Iterator, Sequence

from motcua_contract.facts.evidence import ProbeOutcome, ProbeRun, ProbesReported
from province.probers import BLIND, FAIL, OK, Run
from province.script import SECOND
from province.spans import Span
from province.world import Boot
from support.province.feed import PROBE, Feed

SOON = 8 * SECOND
"""With the next tick."""
Told = tuple[Run, int | None]
"""A run, and when it made an outage sure (UTC ms)."""


def servers_of(feed: Feed, site: str) -> dict[str, list[list[Told]]]:
    """By server: everything that one office's processes got of it."""
    return {
        server.name: [list(_confirmed(runs)) for runs in vantages[site]]
        for server, vantages in feed.servers
        if site in vantages
    }


def _confirmed(runs: Iterable[Run]) -> Iterator[Told]:
    """The third failure in a row makes it sure; blind answers neither count nor interrupt."""
    failures = 0
    for run in runs:
        before = failures
        if run.answer[0] == FAIL:
            failures += run.count
        elif run.answer[0] != BLIND:
            failures = 0
        sure = before < PROBE.n_down <= failures
        yield run, run.first + (PROBE.n_down - before - 1) * run.step if sure else None


def news(servers: dict[str, list[list[Told]]]) -> Iterator[int]:
    """When there is something to tell at once: an outage is sure, or seems to be over."""
    for processes in servers.values():
        for told in processes:
            failing = False
            for run, sure in told:
                if sure is not None:
                    failing = True
                    yield sure + SOON
                elif failing and run.answer[0] == OK:
                    failing = False
                    yield run.first + min(1, run.count - 1) * run.step + SOON


def report(
    boot: Boot, servers: dict[str, list[list[Told]]], between: Span
) -> ProbesReported | None:
    """What was got in `(between[0], between[1]]`; None: nothing."""
    runs = [
        each
        for name, processes in sorted(servers.items())
        for told in processes
        for each in _runs(name, boot.begin, told, between)
    ]
    return ProbesReported(boot=boot.name, runs=tuple(runs)) if runs else None


def _runs(name: str, begun: int, told: Sequence[Told], between: Span) -> Iterator[ProbeRun]:
    group: list[tuple[Run, int | None]] = []
    for run, sure in told:
        part = _cut(run, between)
        if part is None:
            continue
        if group and group[-1][0].answer[0] != part.answer[0]:
            yield _joined(name, begun, group, between)
            group = []
        group.append((part, sure))
    if group:
        yield _joined(name, begun, group, between)


def _cut(run: Run, between: Span) -> Run | None:
    skip = max(0, (between[0] - run.first) // run.step + 1)
    count = min(run.count - 1, (between[1] - run.first) // run.step) - skip + 1
    return None if count <= 0 else Run(run.first + skip * run.step, run.step, count, run.answer)


def _joined(
    name: str, begun: int, group: Sequence[tuple[Run, int | None]], between: Span
) -> ProbeRun:
    parts = [part for part, _ in group]
    sure = [at for _, at in group if at is not None and between[0] < at <= between[1]]
    nth = 0
    if sure:
        nth = sum(1 for p in parts for n in range(p.count) if p.first + n * p.step <= sure[0])
    return ProbeRun(
        target=name,
        outcome=ProbeOutcome(parts[0].answer[0]),
        since=parts[0].first - begun,
        until=parts[-1].last - begun,
        count=sum(part.count for part in parts),
        cause=parts[0].answer[1],
        confirmed=sure[0] - begun if sure else None,
        nth=nth,
    )
