"""A served hub with six offices, and Chromium."""

import pytest

from support.hub_browser import SCREENS, Screen, Served, chromium
from support.hub_seed import seed_show
from support.own_hub import hub

__all__ = ["hub"]


@pytest.fixture(scope="module")
def browser():
    with chromium() as one:
        yield one


@pytest.fixture
def served(hub):
    one = Served(hub)
    yield one
    one.stop()


@pytest.fixture
def show(hub):
    """The hub with everything to see, and its admin."""
    seed_show(hub)
    hub.admin()
    return hub


@pytest.fixture
def screens(browser, served):
    """Opens screens and closes them; a script error on any of them fails the test."""
    opened = []

    def make(size=SCREENS["desktop"], **more):
        opened.append(Screen(browser, served.url, size, **more))
        return opened[-1]

    yield make
    for screen in opened:
        screen.close()
    assert [fault for screen in opened for fault in screen.faults] == []
