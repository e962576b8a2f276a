"""Updates: what the owner of the release key signed, whole, and taken back if it is no good."""

import base64
from pathlib import Path

import loader
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st
from pad import update
from pad.update import Receiver

from motcua_edge.domain.pads.release import ReleaseError, read
from padkit.build import modulus, package

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
MODULUS = modulus(KEY)


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    pad = tmp_path / "built" / "board" / "slot_a" / "pad"
    pad.mkdir(parents=True)
    (pad / "app.mpy").write_bytes(bytes(range(256)) * 9)
    (pad / "version.mpy").write_bytes(b"M\x06\n*text*\n")
    board = tmp_path / "board"
    board.mkdir()
    monkeypatch.chdir(board)
    return package(tmp_path / "built", KEY, "26.12.1")


def hand_over(receiver: Receiver, data: bytes, step: int = 384) -> dict:
    answer = receiver.take({"t": "begin", "size": len(data), "fw": "26.12.1"})
    while answer["ok"] and answer["at"] < len(data):
        piece = base64.b64encode(data[answer["at"] : answer["at"] + step])
        answer = receiver.take({"t": "part", "at": answer["at"], "d": piece})
    return receiver.take({"t": "end"})


def test_a_signed_package_fills_the_spare_slot(shipped: bytes) -> None:
    Path("slot_b/pad").mkdir(parents=True)
    Path("slot_b/pad/old.mpy").write_bytes(b"old")
    receiver = Receiver("slot_b", MODULUS)
    assert hand_over(receiver, shipped) == {
        "t": "took",
        "of": "end",
        "ok": 1,
        "why": "",
        "at": len(shipped),
    }
    assert receiver.done
    assert Path("slot_b/pad/app.mpy").read_bytes() == bytes(range(256)) * 9
    assert sorted(path.name for path in Path("slot_b/pad").iterdir()) == ["app.mpy", "version.mpy"]
    assert not Path(update.PACKAGE).exists()


def test_a_part_that_comes_twice_is_written_once(shipped: bytes) -> None:
    receiver = Receiver("slot_b", MODULUS)
    receiver.take({"t": "begin", "size": len(shipped), "fw": ""})
    part = {"t": "part", "at": 0, "d": base64.b64encode(shipped[:384])}
    assert receiver.take(part)["at"] == 384
    assert receiver.take(part)["at"] == 384
    assert Path(update.PACKAGE).stat().st_size == 384


@pytest.mark.parametrize("owner", ["other", "none"])
def test_what_somebody_else_signed_is_not_taken(shipped: bytes, owner: str) -> None:
    wrong = modulus(OTHER) if owner == "other" else ""
    receiver = Receiver("slot_b", wrong)
    answer = hand_over(receiver, shipped)
    assert not answer["ok"]
    assert not receiver.done
    assert not Path("slot_b").exists()


@given(st.data())
def test_no_flipped_bit_is_taken(data: st.DataObject) -> None:
    text = b'{"fw":"1","files":[]}'
    good = KEY.sign(text, PKCS1v15(), SHA256()).hex().encode()
    assert update.signed(text, good, MODULUS)
    at = data.draw(st.integers(0, len(text) - 1))
    bad = bytearray(text)
    bad[at] ^= 1 << data.draw(st.integers(0, 7))
    assert not update.signed(bytes(bad), good, MODULUS)
    number = int(good, 16) ^ (1 << data.draw(st.integers(0, 2047)))
    assert not update.signed(text, b"%x" % number, MODULUS)


@pytest.mark.parametrize("cut", [1, 100, 2000])
def test_a_package_that_was_cut_is_not_taken(shipped: bytes, cut: int) -> None:
    receiver = Receiver("slot_b", MODULUS)
    assert not hand_over(receiver, shipped[:-cut])["ok"]
    assert not receiver.done
    with pytest.raises(ReleaseError):
        read(shipped[:-cut])


def test_a_file_that_was_changed_is_not_taken(shipped: bytes) -> None:
    receiver = Receiver("slot_b", MODULUS)
    changed = shipped[:-5] + b"?" + shipped[-4:]
    answer = hand_over(receiver, changed)
    assert (answer["ok"], receiver.done) == (0, False)
    assert "version.mpy" in answer["why"]


@pytest.mark.parametrize("body", [
    {"t": "begin", "size": 0},
    {"t": "begin", "size": 10**9},
    {"t": "begin"},
    {"t": "begin", "size": "many"},
    {"t": "end"},
])  # fmt: skip
@pytest.mark.usefixtures("shipped")
def test_nonsense_is_answered_and_nothing_else(body: dict) -> None:
    assert Receiver("slot_b", MODULUS).take(body)["ok"] == 0


@pytest.mark.usefixtures("shipped")
def test_a_part_that_is_no_base64_is_refused() -> None:
    receiver = Receiver("slot_b", MODULUS)
    receiver.take({"t": "begin", "size": 100, "fw": ""})
    assert receiver.take({"t": "part", "at": 0, "d": "a"})["ok"] == 0


@pytest.mark.parametrize("name", ["../main.py", "/main.py", "pad/../../x"])
@pytest.mark.usefixtures("shipped")
def test_no_name_leads_out_of_the_slot(name: str) -> None:
    with pytest.raises(update.RefusedError):
        Receiver("slot_b", MODULUS)._unpack(None, name, 1, "")


def test_the_controller_reads_what_was_packed(shipped: bytes) -> None:
    release = read(shipped)
    assert release.fw == "26.12.1"
    parts = [base64.b64decode(release.part(at).d) for at in release.offsets()]
    assert b"".join(parts) == shipped


@pytest.mark.parametrize(
    "strange", [b"", b"x", b"{}*00\n", b"[]*\n", b"\xff*\n", b"*" * 9000 + b"\n"]
)
def test_what_is_no_package_is_told_so(strange: bytes) -> None:
    with pytest.raises(ReleaseError):
        read(strange)


# ---- slots ----


@pytest.fixture
def state(tmp_path: Path) -> str:
    return str(tmp_path / "slots.json")


def starts(state: str, count: int) -> list[str]:
    return [loader.Slots(state).start() for _ in range(count)]


def test_a_new_board_starts_slot_a(state: str) -> None:
    slots = loader.Slots(state)
    assert (slots.start(), slots.running, slots.spare(), slots.back) == (
        "slot_a", "a", "slot_b", False,
    )  # fmt: skip


def test_a_slot_on_trial_has_three_starts_and_then_the_old_one_runs(state: str) -> None:
    slots = loader.Slots(state)
    slots.start()
    slots.try_spare()
    assert starts(state, 5) == ["slot_b", "slot_b", "slot_b", "slot_a", "slot_a"]
    assert loader.Slots(state).back


def test_a_slot_that_proved_good_stays(state: str) -> None:
    loader.Slots(state).try_spare()
    trial = loader.Slots(state)
    assert trial.start() == "slot_b"
    trial.confirm()
    trial.confirm()
    assert starts(state, 5) == ["slot_b"] * 5
    assert not loader.Slots(state).back
    assert loader.Slots(state).spare() == "slot_a"


def test_a_next_update_after_one_that_was_taken_back_is_tried_again(state: str) -> None:
    loader.Slots(state).try_spare()
    starts(state, 4)
    again = loader.Slots(state)
    again.start()
    again.try_spare()
    assert starts(state, 1) == ["slot_b"]
    assert not loader.Slots(state).back


@pytest.mark.parametrize("text", ["", "{", "[]", '{"good": "c"}', '{"trial": "b"}'])
def test_damaged_slots_start_the_first(state: str, text: str) -> None:
    Path(state).write_text(text)
    assert starts(state, 1) == ["slot_a"]


def test_a_cut_while_saving_changes_nothing(state: str) -> None:
    loader.Slots(state).try_spare()
    Path(state + ".new").write_text('{"good"')
    assert starts(state, 1) == ["slot_b"]
