"""The texts that are announced, and how one becomes a row of units.

The texts stand here and not in a file because `domain` reads no files. A literal part of a text is
one clip, named in `_CLIPS`; `{so_doc}` and its like are filled with spelt words.
"""

import re
from collections.abc import Mapping
from typing import Final

from motcua_edge.domain.speech.units import Clause, Sentence, SpeechError, Stop, Unit, nfc, stopped

TEXTS: Final = {
    "call": "Mời công dân có số {so_doc}, đến quầy số {quay_doc}.",
    "call_short": "Mời số {so_doc}, đến quầy số {quay_doc}.",
    "call_area": (
        "Mời công dân có số {so_doc}, đến quầy số {quay_doc}, khu {khu_doc}, tầng {tang_doc}."
    ),
    "recall": (
        "Mời công dân có số {so_doc}, đến quầy số {quay_doc}. Đây là lần gọi thứ {lan_doc}."
    ),
    "last_call": "Mời công dân có số {so_doc}, đến quầy số {quay_doc}. Đây là lần gọi cuối.",
    "priority": "Mời công dân thuộc diện ưu tiên, có số {so_doc}, đến quầy số {quay_doc}.",
    "transfer": "Công dân có số {so_doc}, vui lòng chuyển sang quầy số {quay_doc}.",
    "result": "Mời công dân có số {so_doc}, đến quầy số {quay_doc} để nhận kết quả.",
    "open": (
        "Kính thưa Quý công dân, Trung tâm bắt đầu tiếp nhận hồ sơ. "
        "Mời Quý công dân lấy số thứ tự tại máy đặt ở cửa ra vào."
    ),
    "stop_issue": (
        "Kính thưa Quý công dân, máy đã ngừng cấp số. "
        "Những người đã có số vẫn được phục vụ trong buổi làm việc."
    ),
    "closing": "Kính thưa Quý công dân, Trung tâm sắp hết giờ làm việc buổi {buoi_doc}.",
    "outage": (
        "Kính thưa Quý công dân, hệ thống đang gián đoạn. Cán bộ sẽ gọi số trực tiếp. "
        "Mong Quý công dân thông cảm."
    ),
    "restored": "Kính thưa Quý công dân, hệ thống đã hoạt động trở lại. Xin cảm ơn.",
    "rate": "Mời Quý công dân đánh giá mức độ hài lòng trên màn hình tại quầy. Xin cảm ơn.",
    "test": "Kiểm tra loa. Một, hai, ba, bốn, năm.",
}
"""Name: text. The names are those of the string table's `announce.*`."""

_CLIPS: Final = {
    "Mời công dân có số": "frame-citizen-number",
    "Mời số": "frame-number",
    "Mời công dân thuộc diện ưu tiên, có số": "frame-priority-number",
    "Công dân có số": "frame-transferred-number",
    "đến quầy số": "frame-to-counter",
    "vui lòng chuyển sang quầy số": "frame-move-to-counter",
    "khu": "frame-area",
    "tầng": "frame-floor",
    "Đây là lần gọi thứ": "frame-call-ordinal",
    "Đây là lần gọi cuối": "frame-last-call",
    "để nhận kết quả": "frame-for-result",
    "Kính thưa Quý công dân, Trung tâm bắt đầu tiếp nhận hồ sơ": "say-open",
    "Mời Quý công dân lấy số thứ tự tại máy đặt ở cửa ra vào": "say-take-number",
    "Kính thưa Quý công dân, máy đã ngừng cấp số": "say-stop-issue",
    "Những người đã có số vẫn được phục vụ trong buổi làm việc": "say-still-served",
    "Kính thưa Quý công dân, Trung tâm sắp hết giờ làm việc buổi": "say-closing",
    "Kính thưa Quý công dân, hệ thống đang gián đoạn": "say-outage",
    "Cán bộ sẽ gọi số trực tiếp": "say-called-aloud",
    "Mong Quý công dân thông cảm": "say-sorry",
    "Kính thưa Quý công dân, hệ thống đã hoạt động trở lại": "say-restored",
    "Xin cảm ơn": "say-thanks",
    "Mời Quý công dân đánh giá mức độ hài lòng trên màn hình tại quầy": "say-rate",
    "Kiểm tra loa": "say-test",
    "Một, hai, ba, bốn, năm": "say-one-to-five",
}
_SLOT: Final = re.compile(r"\{(\w+)\}")
_PIECE: Final = re.compile(r"[^.]+\.?")

Fillings = Mapping[str, tuple[Unit, ...]]
"""Slot name (`so_doc` …) to the units said in its place."""


def clip_texts() -> dict[str, str]:
    """Key to text of every frame clip, for whoever records a voice pack."""
    return {key: nfc(text) for text, key in _CLIPS.items()}


def compose(name: str, fillings: Fillings) -> Sentence:
    """Put an announcement into units; a clause ends at a full stop or after a filled slot's comma.

    Raises:
        SpeechError: There is no such text, or a slot of it has no filling.
    """
    if name not in TEXTS:
        msg = f"announcement {name!r} is unknown: one of {', '.join(TEXTS)}"
        raise SpeechError(msg)
    clauses: list[Clause] = []
    breath: list[Unit] = []
    for index, part in enumerate(_SLOT.split(TEXTS[name])):
        if index % 2:
            breath += _filled(name, part, fillings)
        else:
            breath = _add_literal(part, breath, clauses)
    if breath:
        clauses.append(Clause(tuple(breath)))
    return Sentence(name, tuple(clauses))


def _filled(name: str, slot: str, fillings: Fillings) -> tuple[Unit, ...]:
    units = fillings.get(slot)
    if not units:
        msg = f"announcement {name!r} needs {slot!r}"
        raise SpeechError(msg)
    return units


def _add_literal(literal: str, breath: list[Unit], clauses: list[Clause]) -> list[Unit]:
    """Append a literal part's units, closing clauses into `clauses`; return the open clause."""
    if literal[:1] in (",", "."):
        clauses.append(Clause(stopped(tuple(breath), Stop(literal[0]))))
        breath, literal = [], literal[1:]
    for piece in _PIECE.findall(literal.strip()):
        said = piece.strip().rstrip(".")
        breath.append(Unit(_CLIPS[said], nfc(said)))
        if piece.endswith("."):
            clauses.append(Clause(stopped(tuple(breath), Stop.FULL)))
            breath = []
    return breath
