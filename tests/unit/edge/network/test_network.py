"""Pings tell where the line is broken and how good it is; equipment that is silent is told once."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_edge.domain.network.quality import (
    Quality,
    Target,
    Where,
    lossy,
    quality,
    slow,
    where,
)
from motcua_edge.domain.steady import Patience
from motcua_edge.drivers.contacts import ContactsUnavailableError, FakeContacts
from motcua_edge.drivers.net import FakePinger, default_gateway, traffic
from motcua_edge.services.contacts_watch import PATIENCE as CONTACT_PATIENCE
from motcua_edge.services.contacts_watch import ContactsWatch, Wired
from motcua_edge.services.devices import Component
from motcua_edge.services.gear_watch import PATIENCE, GearWatch
from motcua_edge.services.health import HealthBook
from motcua_edge.services.link_watch import LinkWatch, Pinged
from support.webapp import Office

NEAR, FAR, HUB = "192.0.2.1", "198.51.100.1", "203.0.113.1"


def test_what_answers_proves_the_way_up_to_it():
    def at(gateway: bool | None, reference: bool | None, hub: bool | None) -> Where:
        answers = dict(zip(Target, (gateway, reference, hub), strict=True))
        return where(answers, connected=False)

    assert at(True, True, True) is Where.HUB
    assert at(True, True, False) is Where.HUB
    assert at(True, False, False) is Where.WAN
    assert at(False, False, False) is Where.LAN
    assert at(None, None, None) is Where.UNKNOWN
    assert at(None, False, False) is Where.UNKNOWN
    assert where({}, connected=True) is Where.NOWHERE


def test_loss_and_median_are_of_the_window():
    seen = quality([10.0, None, 30.0, 20.0])
    assert (seen.sent, seen.loss, seen.rtt_ms) == (4, 0.25, 20.0)
    assert quality([]) == Quality()
    assert quality([None, None]).rtt_ms is None


def test_lossy_begins_at_ten_percent_and_ends_below_three():
    def of(loss: float, *, standing: bool) -> bool:
        return lossy(Quality(sent=60, loss=loss, rtt_ms=10.0), standing=standing)

    assert of(0.10, standing=False)
    assert not of(0.09, standing=False)
    assert of(0.03, standing=True)
    assert not of(0.02, standing=True)
    assert not lossy(Quality(sent=5, loss=1.0), standing=False)


def test_slow_is_beyond_a_limit_or_four_times_what_is_usual():
    def of(rtt: float, usual: float | None) -> bool:
        return slow(Quality(sent=60, loss=0.0, rtt_ms=rtt), usual, standing=False)

    assert of(301.0, None)
    assert not of(299.0, None)
    assert of(121.0, 30.0)
    assert not of(119.0, 30.0)
    assert not of(39.0, 1.0)


@given(st.lists(st.one_of(st.none(), st.floats(0.1, 5000)), max_size=100))
def test_quality_is_within_its_bounds(trips: list[float | None]):
    seen = quality(trips)
    assert seen.sent == len(trips)
    assert seen.loss is None or 0 <= seen.loss <= 1
    assert (seen.rtt_ms is None) == (not [trip for trip in trips if trip is not None])


class Line:
    """A link looked at once a second, and the network behind it."""

    def __init__(self) -> None:
        self.office = Office()
        self.up = True
        self.net = FakePinger({NEAR: 1.0, FAR: 10.0, HUB: 20.0})
        mono = lambda: self.office.clock.mono  # noqa: E731
        self.watch = LinkWatch(
            online=lambda: self.up,
            component=Component("link", HealthBook(self.office.service), mono),
            settle=Patience(worse_ms=5_000, better_ms=5_000),
            pinger=self.net,
            pinged=Pinged(gateway=lambda: NEAR, references=(FAR,), hub=HUB),
        )

    async def seconds(self, count: int) -> None:
        for _ in range(count):
            await self.watch.step()
            self.office.clock.advance(1000)

    @property
    def facts(self) -> list[object]:
        return [f for f in self.office.journal.facts if getattr(f, "component", "") == "link"]

    @property
    def told(self) -> list[str]:
        return [f.code or f.state for f in self.facts]


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.mark.parametrize(
    ("silent", "words"),
    [
        ([HUB], "the hub or its broker"),
        ([HUB, FAR], "the line outwards: the gateway answers"),
        ([HUB, FAR, NEAR], "the office's own network"),
    ],
)
async def test_an_outage_says_where_the_line_is_broken(line: Line, silent: list[str], words: str):
    await line.seconds(3)
    line.up = False
    for address in silent:
        del line.net.answers[address]
    await line.seconds(10)
    assert line.told == ["ok", "down"]
    assert words in line.facts[-1].detail


async def test_a_line_that_loses_pings_is_told_and_its_end_too(line: Line):
    await line.seconds(60)
    for second in range(60):
        line.net.answers = {NEAR: 1.0, FAR: 10.0} | ({} if second % 5 == 0 else {HUB: 20.0})
        await line.seconds(1)
    assert line.told == ["ok", "lossy"]
    assert "to the gateway 0 % lost" in line.facts[-1].detail
    line.net.answers = {NEAR: 1.0, FAR: 10.0, HUB: 20.0}
    await line.seconds(61)
    assert line.told == ["ok", "lossy", "ok"]


async def test_a_line_four_times_slower_than_usual_is_told(line: Line):
    await line.seconds(200)
    assert line.watch.usual_ms == 20.0
    line.net.answers[HUB] = 95.0
    await line.seconds(61)
    assert line.told == ["ok", "slow"]
    assert line.watch.numbers()["link.hub_rtt_ms"] == 95.0


async def test_where_pings_are_forbidden_the_uplink_alone_is_believed(line: Line):
    line.net.forbidden = True
    await line.seconds(3)
    line.up = False
    await line.seconds(10)
    assert line.told == ["ok", "down"]
    assert "nobody can be pinged" in line.facts[-1].detail


async def test_equipment_that_is_silent_three_times_is_unreachable():
    office, net = Office(), FakePinger({"192.0.2.9": 3.0})
    component = Component(
        "gear-switch", HealthBook(office.service), lambda: office.clock.mono, PATIENCE
    )
    watch = GearWatch({"192.0.2.9": component}, net)
    await watch.step()
    assert watch.numbers() == {"gear-switch.rtt_ms": 3.0}
    net.answers.clear()
    for _ in range(3):
        await watch.step()
    net.answers["192.0.2.9"] = 3.0
    for _ in range(2):
        await watch.step()
    facts = [f for f in office.journal.facts if getattr(f, "component", "") == "gear-switch"]
    assert [f.code or f.state for f in facts] == ["ok", "unreachable", "ok"]
    net.forbidden = True
    for _ in range(3):
        await watch.step()
    assert component.told is not None
    assert component.told.state == "unknown", "what cannot be pinged is not known to be well"


async def test_a_contact_that_leaves_its_rest_is_an_alarm_once_it_lasts():
    office, contacts = Office(), FakeContacts()
    component = Component(
        "contact-fire", HealthBook(office.service), lambda: office.clock.mono, CONTACT_PATIENCE
    )
    wired = Wired(
        component=component, kind="fire", label="Đầu báo tầng 1", pin=5, rests_closed=True
    )
    watch = ContactsWatch(contacts, [wired])
    contacts.open([5])

    async def halves(count: int, *, closed: bool) -> None:
        contacts.move(5, closed=closed)
        for _ in range(count):
            await watch.step()
            office.clock.advance(500)

    await halves(4, closed=True)
    await halves(2, closed=False)
    await halves(12, closed=True)
    await halves(6, closed=False)
    assert watch.numbers() == {"contact-fire.active": 1.0}
    await halves(12, closed=True)
    facts = [f for f in office.journal.facts if getattr(f, "component", "") == "contact-fire"]
    assert [(f.code, f.state) for f in facts] == [("", "ok"), ("fire", "critical"), ("", "ok")]
    assert "Đầu báo tầng 1" in facts[1].detail


async def test_a_board_that_cannot_be_opened_says_so():
    contacts = FakeContacts()
    contacts.broken = True
    with pytest.raises(ContactsUnavailableError):
        await ContactsWatch(contacts, []).run()


def test_the_default_gateway_is_read_from_the_kernel(tmp_path: Path):
    routes = tmp_path / "route"
    routes.write_text(
        "Iface\tDestination\tGateway\tFlags\n"
        "eth0\t0000A8C0\t00000000\t0001\t0\n"
        "eth0\t00000000\t0101A8C0\t0003\t0\n"
    )
    assert default_gateway(routes) == "192.168.1.1"
    assert default_gateway(tmp_path / "none") == ""


def test_traffic_is_summed_without_the_loopback(tmp_path: Path):
    devices = tmp_path / "dev"
    devices.write_text(
        "Inter-|   Receive |  Transmit\n face |bytes packets\n"
        "    lo: 9999 1 0 0 0 0 0 0 9999 1 0 0 0 0 0 0\n"
        "  eth0: 100 1 0 0 0 0 0 0 40 1 0 0 0 0 0 0\n"
        " wlan0: 20 1 0 0 0 0 0 0 2 1 0 0 0 0 0 0\n"
    )
    assert traffic(devices) == (120, 42)
