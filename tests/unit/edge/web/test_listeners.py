"""The pages that listen: told at once, then at a bounded pace; a page that takes nothing goes."""

import asyncio

import pytest

from motcua_edge.services.sessions import AccessError
from motcua_edge.web import listeners
from motcua_edge.web.listeners import Listener, Listeners, message
from support.waiting import until_async


class Versions:
    """States that are numbered by hand."""

    def __init__(self) -> None:
        self.version = 1
        self._changed = asyncio.Event()

    async def newer(self, version: int) -> int:
        while self.version <= version:
            self._changed.clear()
            await self._changed.wait()
        return self.version

    def rise(self) -> None:
        self.version += 1
        self._changed.set()


class Page:
    """A page, its connection and the task that serves it."""

    def __init__(self) -> None:
        self.words: list[bytes] = []
        self.at: list[float] = []
        self.untaken = 0
        self.aborted = False
        self.cut_off = 0
        self.task = asyncio.ensure_future(asyncio.Event().wait())
        self.listener = Listener(self, self, self.task, self._count)

    def _count(self) -> None:
        self.cut_off += 1

    async def write(self, data: bytes) -> None:
        self.words.append(data)
        self.at.append(asyncio.get_running_loop().time())

    def get_write_buffer_size(self) -> int:
        return self.untaken

    def is_closing(self) -> bool:
        return self.aborted

    def get_extra_info(self, name: str) -> object:
        return {}.get(name)

    def abort(self) -> None:
        self.aborted = True


@pytest.fixture
def versions():
    return Versions()


@pytest.fixture
async def everybody(versions):
    here = Listeners(versions, most=3, most_per_address=2)
    yield here
    await here.close()


async def _resting(versions, pages) -> None:
    """The pages have heard of the newest version, and the pause after it is over."""
    await until_async(
        lambda: all(p.words[-1:] == [message("state", versions.version)] for p in pages)
    )
    await asyncio.sleep(listeners.PAUSE_S)  # the pause itself


async def test_the_first_change_is_told_at_once_and_a_burst_as_its_newest(versions, everybody):
    page = Page()
    everybody.add(page.listener)
    await asyncio.sleep(0)
    for _ in range(100):
        versions.rise()
        await asyncio.sleep(0.001)  # changes that follow each other closely
    await until_async(lambda: page.words[-1:] == [message("state", 101)])
    assert page.words[0] == message("state", 2)
    apart = [later - earlier for earlier, later in zip(page.at, page.at[1:], strict=False)]
    assert min(apart) >= 0.9 * listeners.PAUSE_S


async def test_everybody_gets_the_very_same_bytes(versions, everybody):
    pages = [Page() for _ in range(3)]
    for page in pages:
        everybody.add(page.listener)
    await asyncio.sleep(0)
    versions.rise()
    await _resting(versions, pages)
    assert pages[0].words[-1] is pages[1].words[-1] is pages[2].words[-1]


async def test_a_page_that_has_not_taken_its_words_holds_up_nobody_and_hears_the_newest_later(
    versions, everybody
):
    slow, quick = Page(), Page()
    for page in (slow, quick):
        everybody.add(page.listener)
    slow.untaken = 1
    await asyncio.sleep(0)
    for _ in range(2):
        versions.rise()
        await _resting(versions, [quick])
    assert slow.words == []
    slow.untaken = 0
    versions.rise()
    await _resting(versions, [slow, quick])
    assert slow.words == [message("state", 4)]
    assert not slow.aborted


async def test_a_page_that_takes_nothing_for_too_long_is_sent_away():
    page = Page()
    page.untaken = 1
    await page.listener.hear(b"one", 100.0)
    await page.listener.hear(b"two", 100.0 + listeners.TAKE_WITHIN_S - 0.1)
    assert not page.aborted
    await page.listener.hear(b"three", 100.0 + listeners.TAKE_WITHIN_S)
    assert page.aborted
    assert page.cut_off == 1
    assert page.words == []
    await asyncio.wait([page.task])
    assert page.task.cancelled()


async def test_a_page_that_takes_its_words_in_between_stays():
    page = Page()
    for now in (0.0, 14.0, 28.0, 42.0):
        page.untaken = 1
        await page.listener.hear(b"", now)
        page.untaken = 0
        await page.listener.hear(b"", now + 1)
    assert not page.aborted
    page.task.cancel()


async def test_a_page_that_left_is_noticed_when_there_is_something_to_tell():
    page = Page()
    page.aborted = True
    await page.listener.hear(b"one", 0.0)
    await asyncio.wait([page.task])
    assert page.words == []
    assert page.cut_off == 0


async def test_silence_is_broken_by_a_heartbeat(everybody, monkeypatch):
    monkeypatch.setattr(listeners, "HEARTBEAT_S", 0.02)
    page = Page()
    everybody.add(page.listener)
    await until_async(lambda: len(page.words) >= 2)
    assert set(page.words) == {message("beat", 1)}


async def test_places_are_limited_for_each_address_and_in_all_and_given_back(everybody):
    with everybody.room("a"), everybody.room("a"):
        with pytest.raises(AccessError), everybody.room("a"):
            pass
        with everybody.room("b"), pytest.raises(AccessError), everybody.room("c"):
            pass
        with everybody.room("c"):
            pass
    with everybody.room("a"):
        pass


async def test_closing_sends_everybody_away(versions):
    here, page = Listeners(versions, most=3, most_per_address=2), Page()
    here.add(page.listener)
    await here.close()
    await asyncio.wait([page.task])
    assert page.task.cancelled()
