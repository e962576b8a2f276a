"""The flash queue: what was put is there until it is freed, through cuts at any byte."""

import errno
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from pad import files
from pad.pressids import PressIds
from pad.pressqueue import PressQueue


def record(number: int) -> dict:
    return {"i": f"9f3a12c0.1.{number}", "b": "3", "at": number}


def rest(queue: PressQueue) -> list[str]:
    found = []
    while (first := queue.first()) is not None:
        found.append(first["i"])
        assert queue.free(first["i"])
    return found


class Flash(RuleBasedStateMachine):
    """Puts, frees, restarts and torn appends against a list."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.kept: list[str] = []
        self.number = 0
        self.restart()

    def teardown(self) -> None:
        self.folder.cleanup()

    def path(self) -> Path:
        (path,) = Path(self.folder.name).glob("q-*.log")
        return path

    @rule()
    def put(self) -> None:
        self.number += 1
        assert self.queue.put(record(self.number))
        self.kept.append(record(self.number)["i"])

    @precondition(lambda self: self.kept)
    @rule()
    def free_the_oldest(self) -> None:
        assert self.queue.free(self.kept.pop(0))

    @rule(strange=st.sampled_from(["9f3a12c0.1.0", "x", ""]))
    def free_another(self, strange: str) -> None:
        assert not self.queue.free(strange)

    @rule()
    def restart(self) -> None:
        self.queue = PressQueue(self.folder.name, compact=200)

    @rule(share=st.floats(0, 0.99))
    def cut_the_power_in_an_append(self, share: float) -> None:
        """The press was not confirmed: it is gone unless all of it was there; nothing else is."""
        self.number += 1
        line = files.with_crc(b'{"i": "9f3a12c0.1.%d", "b": "3", "at": 0}' % self.number)
        path = Path(self.queue._path())
        cut = line[: int(len(line) * share)]
        with path.open("ab") as file:
            file.write(cut)
        if len(cut) == len(line) - 1:
            self.kept.append(record(self.number)["i"])
        self.restart()

    @rule()
    def cut_the_power_beside_the_head(self) -> None:
        Path(self.folder.name, "q.head.new").write_bytes(b"0 12")
        self.restart()

    @invariant()
    def the_oldest_is_first(self) -> None:
        assert self.queue.waiting == len(self.kept)
        first = self.queue.first()
        assert (first and first["i"]) == (self.kept[0] if self.kept else None)


TestFlash = Flash.TestCase
TestFlash.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_a_lost_head_sends_again_and_loses_nothing(tmp_path: Path) -> None:
    queue = PressQueue(str(tmp_path))
    for number in range(1, 6):
        queue.put(record(number))
    queue.free(record(1)["i"])
    (tmp_path / "q.head").unlink()
    assert rest(PressQueue(str(tmp_path))) == [record(n)["i"] for n in range(1, 6)]


def test_a_damaged_head_is_a_lost_one(tmp_path: Path) -> None:
    queue = PressQueue(str(tmp_path))
    queue.put(record(1))
    (tmp_path / "q.head").write_bytes(b"9 99\n")
    assert rest(PressQueue(str(tmp_path))) == [record(1)["i"]]


def test_a_damaged_line_costs_itself_only(tmp_path: Path) -> None:
    queue = PressQueue(str(tmp_path))
    for number in range(1, 4):
        queue.put(record(number))
    path = tmp_path / "q-0.log"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[1].replace(b'"3"', b'"1"') + lines[2])
    queue = PressQueue(str(tmp_path))
    assert rest(queue) == [record(1)["i"], record(3)["i"]]
    assert queue.torn > 0


def test_lines_that_are_no_records_are_passed_over(tmp_path: Path) -> None:
    lines = [files.with_crc(text) for text in (b"[1]", b'{"b": 1}', b"nonsense")]
    (tmp_path / "q-0.log").write_bytes(b"".join(lines))
    queue = PressQueue(str(tmp_path))
    assert (queue.waiting, queue.first()) == (0, None)


def test_a_full_queue_refuses_and_counts_and_keeps_what_it_has(tmp_path: Path) -> None:
    queue = PressQueue(str(tmp_path), limit=400)
    taken = [number for number in range(1, 21) if queue.put(record(number))]
    assert 0 < len(taken) < 20
    assert queue.lost == 20 - len(taken)
    assert rest(queue) == [record(n)["i"] for n in taken]


def test_an_emptied_queue_gives_its_room_back(tmp_path: Path) -> None:
    queue = PressQueue(str(tmp_path), limit=400, compact=100)
    for number in range(1, 100):
        assert queue.put(record(number))
        assert queue.free(record(number)["i"])
    assert len(list(tmp_path.glob("q-*.log"))) <= 1
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 500


def test_files_of_generations_that_are_over_are_removed(tmp_path: Path) -> None:
    queue = PressQueue(str(tmp_path), compact=10)
    queue.put(record(1))
    queue.free(record(1)["i"])
    queue.put(record(2))
    (tmp_path / "q-0.log").write_bytes(files.with_crc(b'{"i": "9f3a12c0.1.1"}'))
    assert rest(PressQueue(str(tmp_path))) == [record(2)["i"]]
    assert not (tmp_path / "q-0.log").exists()


def test_a_flash_that_cannot_be_written_refuses_and_later_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = PressQueue(str(tmp_path))
    queue.put(record(1))
    with (tmp_path / "q-0.log").open("ab") as file:
        file.write(b"torn")

    def broken(path: str, mode: str = "r") -> object:
        if "a" in mode:
            raise OSError(errno.ENOSPC, "no room")
        return Path(path).open(mode)

    monkeypatch.setattr("pad.pressqueue.open", broken, raising=False)
    assert not queue.put(record(2))
    assert not queue.put(record(3))
    monkeypatch.undo()
    assert queue.put(record(4))
    assert queue.lost == 2
    assert rest(PressQueue(str(tmp_path))) == [record(1)["i"], record(4)["i"]]


def test_press_ids_never_come_again(tmp_path: Path) -> None:
    seen = set()
    for boot in range(1, 6):
        ids = PressIds(str(tmp_path / "ids"), lambda size: b"\x9f\x3a\x12\xc0"[:size])
        made = [ids.next() for _ in range(10)]
        assert made[0] == f"9f3a12c0.{boot}.1"
        assert all(map(ids.of_this_boot, made))
        assert not any(map(ids.of_this_boot, seen))
        assert not seen & set(made)
        seen |= set(made)


def test_a_wiped_or_damaged_flash_draws_a_new_name(tmp_path: Path) -> None:
    names = iter([b"\x01" * 4, b"\x02" * 4])
    path = tmp_path / "ids"
    assert PressIds(str(path), lambda _: next(names)).boot == "01010101.1"
    path.write_bytes(b"01010101.")
    assert PressIds(str(path), lambda _: next(names)).boot == "02020202.1"
