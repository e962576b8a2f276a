"""An outage of the link is told once it lasts, and its end once that lasts."""

import pytest

from motcua_edge.domain.steady import Patience
from motcua_edge.services.devices import Component
from motcua_edge.services.health import HealthBook
from motcua_edge.services.link_watch import COMPONENT, LinkWatch
from support.webapp import Office


class Line:
    """A link that is looked at once a second."""

    def __init__(self) -> None:
        self.office = Office()
        self.up = True
        self.watch = LinkWatch(
            online=lambda: self.up,
            component=Component(
                COMPONENT, HealthBook(self.office.service), lambda: self.office.clock.mono
            ),
            settle=Patience(worse_ms=5_000, better_ms=5_000),
        )

    async def seconds(self, count: int, *, up: bool) -> None:
        self.up = up
        for _ in range(count):
            await self.watch.step()
            self.office.clock.advance(1000)

    @property
    def told(self) -> list[str]:
        facts = self.office.journal.facts
        return [f.code or f.state for f in facts if getattr(f, "component", "") == COMPONENT]


@pytest.fixture
def line() -> Line:
    return Line()


async def test_an_outage_is_told_once_and_so_is_its_end(line: Line):
    await line.seconds(7, up=True)
    await line.seconds(20, up=False)
    await line.seconds(20, up=True)
    assert line.told == ["ok", "down", "ok"]


async def test_a_link_that_flaps_faster_than_it_settles_is_never_told(line: Line):
    await line.seconds(7, up=True)
    for _ in range(10):
        await line.seconds(3, up=False)
        await line.seconds(3, up=True)
    assert line.told == ["ok"]


async def test_an_office_that_starts_without_a_link_says_so(line: Line):
    await line.seconds(4, up=False)
    assert line.told == []
    await line.seconds(4, up=False)
    assert line.told == ["down"]
