"""Uptime, lights, battery, and small files."""

from pathlib import Path

import pytest
from pad import files, lights
from pad.battery import Battery, percent
from pad.lights import Lights
from pad.uptime import Uptime

WRAP = 2**30


def test_uptime_goes_on_where_the_boards_ticks_begin_again() -> None:
    ticks = [WRAP - 10]
    uptime = Uptime(lambda: ticks[0], lambda new, old: (new - old + WRAP // 2) % WRAP - WRAP // 2)
    assert uptime.ms() == 0
    ticks[0] = 5
    assert uptime.ms() == 15
    for turn in range(1, 50):
        ticks[0] = (ticks[0] + WRAP // 4) % WRAP
        assert uptime.ms() == 15 + turn * (WRAP // 4)


def test_uptime_runs_here_too() -> None:
    uptime = Uptime()
    assert 0 <= uptime.ms() <= uptime.ms()


class Board:
    def __init__(self) -> None:
        self.seen: list[tuple[str, object]] = []

    def green(self, on: int) -> None:
        self.seen.append(("green", on))

    def red(self, on: int) -> None:
        self.seen.append(("red", on))

    def tone(self, hz: int) -> None:
        self.seen.append(("tone", hz))

    def ready(self, on: bool) -> None:
        self.seen.append(("ready", on))

    def tones(self) -> list[int]:
        return [value for what, value in self.seen if what == "tone" and value]


def play(player: Lights, until_ms: int, start: int = 0) -> None:
    for now in range(start, until_ms, 2):
        player.step(now)


def test_a_pattern_plays_to_its_end_and_leaves_darkness() -> None:
    board = Board()
    player = Lights(board)
    player.answer(lights.QUEUED)
    play(player, 500)
    assert board.tones() == [2000]
    assert board.seen[-3:] == [("green", 0), ("red", 0), ("tone", 0)]
    before = len(board.seen)
    play(player, 1000, 500)
    assert len(board.seen) == before


def test_a_finger_is_answered_at_once_whatever_still_plays() -> None:
    board = Board()
    player = Lights(board)
    for _ in range(5):
        player.show(lights.DONE)
    play(player, 10)
    player.answer(lights.QUEUED)
    player.step(11)
    assert board.tones() == [1800, 2000]


def test_results_do_not_pile_up() -> None:
    board = Board()
    player = Lights(board)
    for _ in range(100):
        player.show(lights.REFUSED)
    play(player, 20_000)
    assert len(board.tones()) <= 8
    player.ready(True)
    assert board.seen[-1] == ("ready", True)


@pytest.mark.parametrize(
    ("volts", "share"), [(3400, 0), (4150, 100), (3775, 50), (2000, 0), (5000, 100)]
)
def test_charge_lies_between_the_two_voltages(volts: int, share: int) -> None:
    assert percent(volts, 3400, 4150) == share


def test_a_battery_is_read_through_its_divider() -> None:
    class Adc:
        def read_u16(self) -> int:
            return 65535 * 1900 // 3300

    wiring = {"divider": 2, "empty_mv": 3400, "full_mv": 4200}
    assert Battery(Adc(), wiring).percent() in (49, 50)


def test_a_small_file_is_the_old_or_the_new_one(tmp_path: Path) -> None:
    path = str(tmp_path / "small")
    assert files.read_line(path) is None
    files.write_line(path, b"one")
    Path(path + ".new").write_bytes(b"two")  # the power went before the renaming
    assert files.read_line(path) == b"one"
    files.write_line(path, b"three")
    assert files.read_line(path) == b"three"


def test_what_is_there_already_or_not_there_is_no_error(tmp_path: Path) -> None:
    files.make_folder(str(tmp_path))
    files.remove(str(tmp_path / "nothing"))
    assert files.size_of(str(tmp_path / "nothing")) == 0


@pytest.mark.parametrize("line", [b"", b"short\n", b"text*00000000\n", b"text*xxxxxxxx\n"])
def test_a_torn_or_changed_line_has_no_text(line: bytes) -> None:
    assert files.without_crc(line) is None
    assert files.without_crc(files.with_crc(b"text")) == b"text"
    assert files.without_crc(files.with_crc(b"text")[:-1]) is None
