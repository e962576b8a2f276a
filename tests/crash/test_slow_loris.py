"""300 sockets that hold places and ask for nothing: everybody else is still served at once.

When all of it is over, office and hub must be whole: U1 to U6, as the stack is taken down.
"""

import asyncio
import urllib.request
from collections.abc import Iterator
from typing import Final

import pytest

from demo.stack import SiteStack, Stack, running
from support.faults import full, tell
from support.invariants import check_all
from support.slow_loris import Attack, Probe, Target, Way, few_descriptors, latencies, under_attack
from support.small_province import SMALL
from support.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
SOCKETS: Final = 300
LASTS_S: Final = 30.0 if full() else 6.0
A_SECOND: Final = 20.0
ALL: Final = tuple(Way)
WAYS: Final = [(way,) for way in ALL] if full() else [ALL]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("slow") / "province"
    with few_descriptors():
        prepared = Stack(folder, [SMALL])
        with running(prepared) as started:
            yield started
            # here and not in a test: the office is stopped by it, and tests come in any order
            check_all(started, started.sites[SMALL.site])


def _ready(url: str) -> bool:
    """Whether it may be attacked; a hub is ready some seconds after its start."""
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:  # noqa: S310  ours
            return answer.status == 200
    except OSError:
        return False


IN_TIME_S: Final = 1.0
FONT: Final = "/static/fonts/be-vietnam-pro-latin-400-normal.woff2"


def share_in_time(target: Target, ways: tuple[Way, ...], probes: list[Probe]) -> float:
    """The share of honest requests that were answered in time."""
    attack = Attack(target, ways, SOCKETS)
    with under_attack(attack):
        found = asyncio.run(latencies(probes, LASTS_S, A_SECOND))
        held = attack.held
    late = [seconds for seconds in found if seconds > IN_TIME_S]
    tell(
        f"{named(ways)}: {len(found)} requests, {len(late)} late, slowest {max(found):.2f} s; "
        f"{held} of {SOCKETS} sockets held at the end, {attack.thrown_out} thrown out before, "
        f"{attack.refused} refused"
    )
    return 1 - len(late) / len(found)


def named(ways: tuple[Way, ...]) -> str:
    return ways[0].value if len(ways) == 1 else "all at once"


@pytest.mark.parametrize("ways", WAYS, ids=named)
def test_a_kiosk_gives_out_numbers_beside_300_sockets_that_ask_for_nothing(
    site: SiteStack, ways: tuple[Way, ...]
) -> None:
    until(lambda: _ready(site.url))
    target = Target(site.port, "/api/v1/tickets", "/api/v1/stream", FONT)
    probes = [
        Probe("POST", f"{site.url}/api/v1/tickets", {"service": "CT", "late_consent": True}),
        Probe("GET", f"{site.url}/kiosk"),
        Probe("GET", f"{site.url}/api/v1/snapshot/board"),
        Probe("GET", f"{site.url}/healthz"),
    ]
    assert share_in_time(target, ways, probes) >= 0.99


@pytest.mark.parametrize("ways", WAYS, ids=named)
def test_the_hub_answers_beside_300_sockets_that_ask_for_nothing(
    stack: Stack, ways: tuple[Way, ...]
) -> None:
    until(lambda: _ready(stack.hub_url))
    target = Target(stack.hub_port, "/setup", "/setup", FONT)
    probes = [Probe("GET", f"{stack.hub_url}{path}") for path in ("/healthz", "/readyz", "/setup")]
    assert share_in_time(target, ways, probes) >= 0.99
