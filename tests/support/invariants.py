"""The checks U1 to U6 that must hold after every fault, over real programs' files and exports."""

import json
import subprocess
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from demo.processes import python
from demo.stack import SiteStack, Stack
from motcua_edge.services.printing.payload import SlipCode, parse
from support.ledgers import hub_keys
from support.waiting import until

Row = dict[str, Any]


def run_tool(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of our command lines to its end."""
    return subprocess.run(
        python(module, *arguments), capture_output=True, text=True, timeout=60, check=False
    )


def _export(module: str, *arguments: str) -> list[Row]:
    done = run_tool(module, *arguments)
    assert done.returncode == 0, f"{module} {arguments} failed:\n{done.stderr}"
    return [json.loads(line) for line in done.stdout.splitlines()]


def edge_rows(site: SiteStack) -> list[Row]:
    """Every event in the office's journal."""
    return _export("motcua_edge", "journal", "export", "--jsonl", "--config", str(site.config))


def hub_rows(stack: Stack, site: str) -> list[Row]:
    """Every event of the site that the hub holds."""
    return _export(
        "motcua_hub", "export", "--site", site, "--jsonl", "--config", str(stack.hub_config)
    )


def issued(rows: Iterable[Row]) -> dict[str, Row]:
    """Issue events by ticket id; a second one for the same ticket fails at once."""
    found: dict[str, Row] = {}
    for row in rows:
        if row["type"].startswith("ticket.issued/"):
            ticket = row["body"]["ticket"]
            assert ticket not in found, f"{ticket} was issued twice"
            found[ticket] = row
    return found


def on_paper(site: SiteStack) -> list[SlipCode]:
    """Every slip that left the printer with a code on it; a torn one without a code has none."""
    codes = [code for slip in site.slip_records() for code in slip["codes"]]
    found = [parse(code) for code in codes]
    assert all(found), f"a code that is none of ours is on paper: {codes}"
    return [code for code in found if code]


def check_paper(site: SiteStack, rows: list[Row]) -> None:
    """U1: every number on paper is in the journal. U2: none twice, except marked reprints."""
    check_slips(on_paper(site), rows)


def check_slips(slips: list[SlipCode], rows: list[Row]) -> None:
    """As `check_paper`, of slips from anywhere."""
    tickets = issued(rows)
    for slip in slips:
        assert slip.ticket in tickets, f"U1: {slip.ticket} is on paper, not in the journal"
    firsts = Counter(slip.ticket for slip in slips if slip.job == 1)
    doubled = {ticket: n for ticket, n in firsts.items() if n > 1}
    assert not doubled, f"U2: on paper twice without a reprint mark: {doubled}"


def key(row: Row) -> tuple[str, int]:
    """What names an event everywhere."""
    return row["jid"], row["seq"]


def check_replica(sent: list[Row], edge: list[Row], hub: list[Row]) -> None:
    """U3: the hub holds all that was to be sent and nothing that no journal has. U4: each once."""
    theirs = {key(row): row for row in hub}
    assert len(theirs) == len(hub), "U4: the hub holds an event twice"
    assert len({row["eid"] for row in hub}) == len(hub), "U4: an event id occurs twice"
    ours = {key(row): row for row in edge}
    missing = sorted({key(row) for row in sent} - set(theirs))[:5]
    extra = sorted(set(theirs) - set(ours))[:5]
    assert not missing, f"U3: the hub lacks {missing}"
    assert not extra, f"U3: the hub has what no journal has: {extra}"
    for name, row in theirs.items():
        assert ours[name]["digest"] == row["digest"], f"U3: {name} differs"


def check_no_gap(hub: list[Row]) -> None:
    """U5: the sequence numbers of each incarnation are 1..n."""
    for jid in {row["jid"] for row in hub}:
        numbers = sorted(row["seq"] for row in hub if row["jid"] == jid)
        assert numbers == list(range(1, len(numbers) + 1)), f"U5: undeclared gap in {jid}"


def check_verify(stack: Stack, site: SiteStack) -> None:
    """U6: both verifiers exit 0."""
    for module, arguments in (
        ("motcua_edge", ("journal", "verify", "--config", str(site.config))),
        ("motcua_hub", ("verify", "--config", str(stack.hub_config))),
    ):
        done = run_tool(module, *arguments)
        assert done.returncode == 0, f"U6: {module} verify:\n{done.stdout}{done.stderr}"


def holds(stack: Stack, site: SiteStack, rows: Iterable[Row]) -> bool:
    """Whether the hub has these rows of the site.

    Asked of its database: an export is a program of its own, too much for every look of a wait.
    """
    return {key(r) for r in rows} <= hub_keys(stack, site.office.site).keys()


def check_all(
    stack: Stack, site: SiteStack, *, within: float = 90.0, burnt: Iterable[Row] = ()
) -> None:
    """Stop the office, start it again, wait until the hub has all of before; then U1 to U6.

    `burnt` are rows of a journal that a test destroyed: the hub may have heard them before.
    """
    site.edge.stop()
    before = edge_rows(site)
    site.start_edge()
    until(lambda: holds(stack, site, before), within=within, every=0.5)
    site.edge.stop()
    edge, hub = edge_rows(site), hub_rows(stack, site.office.site)
    check_paper(site, edge)
    check_replica(before, [*edge, *burnt], hub)
    check_no_gap(hub)
    check_verify(stack, site)


def log_of(path: Path, lines: int = 40) -> str:
    """The end of a log, for failure messages."""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
