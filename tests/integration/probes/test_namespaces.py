"""Vantages that are cut off, for real: network namespaces with no route, or a dead gateway."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[2]
WHY = "a network namespace needs root and unshare"
pytestmark = [
    pytest.mark.root,
    pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("unshare"), reason=WHY),
]
LOOPBACK = "ip link set lo up"
CABLE = (
    "ip link add d0 type veth peer name d1 && ip addr add 192.0.2.1/24 dev d0"
    " && ip link set d0 up && ip link set d1 up"
)
"""A net that nobody else is on: what is sent comes out at the other end and is nobody's."""
GATEWAY = (
    "ip route add default via 192.0.2.9 onlink dev d0"
    " && ip neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev d0"
)


class Vantage:
    """A prober in a network namespace of its own."""

    def __init__(self, network: str, *probe: str) -> None:
        program = f'{network} && exec "{sys.executable}" -m support.probe_program "$@"'
        self._process = subprocess.Popen(
            ["unshare", "--net", "sh", "-c", program, "sh", *probe],
            cwd=TESTS, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": str(TESTS)},
        )  # fmt: skip

    def samples(self, count: int) -> list[tuple[str, str]]:
        assert self._process.stdout is not None
        lines = [json.loads(next(self._process.stdout)) for _ in range(count)]
        self.changes = [each["change"] for each in lines if each["change"]]
        return [(each["outcome"], each["cause"]) for each in lines]

    def inside(self, command: str) -> None:
        pid = str(self._process.pid)
        subprocess.run(["nsenter", "--target", pid, "--net", "sh", "-c", command], check=True)

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def vantages() -> Iterator[list[Vantage]]:
    made: list[Vantage] = []
    yield made
    for each in made:
        each.end()


@pytest.mark.parametrize("kind", ["tcp", "http", "icmp", "tls", "dns", "mqtt", "postgresql"])
def test_without_a_route_a_vantage_is_blind(kind: str, vantages: list[Vantage]) -> None:
    vantages.append(Vantage(LOOPBACK, kind, "198.51.100.7", "0" if kind == "icmp" else "80"))
    assert vantages[0].samples(4) == [("blind", "no_route")] * 4
    assert vantages[0].changes == []


def test_a_name_that_cannot_be_looked_up_is_blind(vantages: list[Vantage]) -> None:
    vantages.append(Vantage(LOOPBACK, "tcp", "may-chu.example", "80"))
    assert set(vantages[0].samples(3)) == {("blind", "resolver")}


def test_a_black_hole_is_an_outage_where_the_gateway_answers(vantages: list[Vantage]) -> None:
    """Packets leave by the cable and are gone; the reference is the machine itself."""
    vantages.append(
        Vantage(f"{LOOPBACK} && {CABLE} && {GATEWAY}", "tcp", "198.51.100.7", "80", "192.0.2.1")
    )
    assert set(vantages[0].samples(4)) == {("fail", "timeout")}
    assert vantages[0].changes == ["down"]


def test_with_a_dead_gateway_the_same_black_hole_says_nothing(vantages: list[Vantage]) -> None:
    vantages.append(
        Vantage(f"{LOOPBACK} && {CABLE} && {GATEWAY}", "tcp", "198.51.100.7", "80", "192.0.2.9")
    )
    assert set(vantages[0].samples(3)) == {("blind", "references")}
    assert vantages[0].changes == []


def test_a_cable_that_is_pulled_and_put_back_makes_no_outage(vantages: list[Vantage]) -> None:
    vantages.append(Vantage(f"{LOOPBACK} && {CABLE}", "icmp", "192.0.2.1", "0", "192.0.2.1"))
    assert vantages[0].samples(2) == [("ok", "")] * 2
    assert vantages[0].changes == ["up"]
    vantages[0].inside("ip addr del 192.0.2.1/24 dev d0")
    found = vantages[0].samples(6)
    assert ("ok", "") not in found[2:]
    assert {outcome for outcome, _ in found[1:]} == {"blind"}
    assert vantages[0].changes == []
    vantages[0].inside("ip addr add 192.0.2.1/24 dev d0")
    while vantages[0].samples(1) != [("ok", "")]:
        assert "down" not in vantages[0].changes


def test_a_vantage_that_still_sees_tells_what_the_other_cannot(vantages: list[Vantage]) -> None:
    """Two vantages of one dead target: one is cut off, the other's word stands."""
    sees = f"{LOOPBACK} && {CABLE}"
    vantages.append(Vantage(sees, "tcp", "192.0.2.1", "9", "192.0.2.1"))
    vantages.append(Vantage(LOOPBACK, "tcp", "192.0.2.1", "9", "192.0.2.1"))
    assert set(vantages[0].samples(3)) == {("fail", "refused")}
    assert vantages[0].changes == ["down"]
    assert set(vantages[1].samples(3)) == {("blind", "no_route")}
