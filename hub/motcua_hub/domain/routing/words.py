"""What people are told: short for a telephone, whole for a letter. Vietnamese, accents kept.

A text with accents travels as UCS-2: 70 characters alone, 67 in each part of a longer one. What is
sent to telephones takes three parts at most; what does not fit is left out from the end.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from motcua_hub.domain.incident.vocabulary import Cause
from motcua_hub.domain.routing.book import Kind

ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
MOST_SEGMENTS: Final = 3
_ALONE: Final = 70
_PART: Final = 67
_NAMED: Final = 5
_THOUSAND: Final = 1000

CAUSES: Final = {
    Cause.POWER: "mất điện",
    Cause.WAN: "đứt đường truyền phía nhà mạng",
    Cause.LAN: "mạng nội bộ tại điểm",
    Cause.LINK: "đường truyền",
    Cause.DEVICE: "thiết bị",
    Cause.SERVER: "máy chủ",
    Cause.SOFTWARE: "phần mềm",
    Cause.OPERATOR: "thao tác hoặc cập nhật",
    Cause.PLANNED: "bảo trì theo kế hoạch",
    Cause.HUB: "hệ thống trung tâm",
    Cause.SECURITY: "an toàn thông tin",
}
ADVICE: Final = {
    "power": "Kiểm tra aptomat, ổ cắm và bộ lưu điện; gọi điện lực nếu cả khu mất điện.",
    "link": "Kiểm tra đèn của modem và cáp quang; gọi nhà mạng, ghi lại mã phiếu báo hỏng.",
    "hardware": "Kiểm tra nguồn, dây cáp và đèn báo của thiết bị trước khi khởi động lại.",
    "software": "Không khởi động lại nhiều lần; ghi lại thông báo lỗi và báo đơn vị phần mềm.",
    "security": "Không tắt máy, không xóa dữ liệu; ngắt máy khỏi mạng và chờ hướng dẫn.",
}
_SEVERITIES: Final = {1: "Nghiêm trọng", 2: "Cao", 3: "Trung bình", 4: "Thấp"}
_STATES: Final = {
    "site_link": "mất kết nối",
    "server": "ngừng hoạt động",
    "service": "ngừng hoạt động",
    "device": "ngừng hoạt động",
}
_REPORTED: Final = "được báo hỏng"
_TROUBLE: Final = "gặp sự cố"


class Matter(msgspec.Struct, frozen=True, kw_only=True):
    """What a message is about. Times are UTC ms; `confidence` in thousandths.

    Attributes:
        thing: What is down, in people's words.
        state: What is wrong with it; empty: by the kind of target.
        holder: The unit that has it.
        masked: What cannot be reached because of it.
        url: Page of the incident; empty when the hub does not know its own address.
    """

    incident: int
    site: str
    thing: str
    kind: str = ""
    state: str = ""
    severity: int = 3
    since: int = 0
    cause: str = ""
    confidence: int = 0
    provisional: bool = False
    responsible: str = ""
    holder: str = ""
    due_at: int | None = None
    ended_at: int | None = None
    masked: Sequence[str] = ()
    url: str = ""


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """A message in words: `short` for telephones, `body` for letters."""

    subject: str
    body: str
    short: str


def code(incident: int) -> str:
    """How people name an incident to each other."""
    return f"SC-{incident}"


def moment(at: int) -> str:
    """A local time of day and date: `09:05 02/03`."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(ZONE).strftime("%H:%M %d/%m")


def segments(text: str) -> int:
    """How many parts a text takes on a telephone, sent as UCS-2."""
    units = len(text.encode("utf-16-le")) // 2
    return 1 if units <= _ALONE else -(-units // _PART)


def fit(parts: Iterable[str], most: int = MOST_SEGMENTS) -> str:
    """The parts in order, as many as there is room for; the first one is cut if it must be."""
    text = ""
    for part in parts:
        longer = unicodedata.normalize("NFC", f"{text} {part}".strip())
        if segments(longer) > most:
            text = text or _cut(longer, most)
            break
        text = longer
    return text


def _cut(text: str, most: int) -> str:
    room = most * _PART * 2 - 2
    return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore").rstrip() + "…"


def state(matter: Matter) -> str:
    """What is wrong, in a few words."""
    if matter.state:
        return matter.state
    if matter.kind == "reported":
        return _REPORTED
    return _STATES.get(matter.kind, _TROUBLE)


def cause(matter: Matter) -> str:
    """The cause and how sure that is; empty when nobody knows."""
    if matter.cause not in set(Cause) or Cause(matter.cause) not in CAUSES:
        return ""
    sure = f"{matter.confidence // (_THOUSAND // 100)}%" if matter.confidence else ""
    notes = ", ".join(note for note in ("tạm thời" if matter.provisional else "", sure) if note)
    words = CAUSES[Cause(matter.cause)]
    return f"{words} ({notes})" if notes else words


def _masked(matter: Matter) -> str:
    if not matter.masked:
        return ""
    named = ", ".join(matter.masked[:_NAMED])
    more = len(matter.masked) - _NAMED
    return f"{named} và {more} mục khác" if more > 0 else named


def words(kind: Kind, matter: Matter) -> Text:
    """A message of this kind."""
    makers = {
        Kind.PROBLEM: _problem,
        Kind.REMINDER: _problem,
        Kind.RECOVERY: _recovery,
        Kind.MOVED: _moved,
    }
    head = "NHẮC LẠI – " if kind is Kind.REMINDER else ""
    return makers[kind](matter, head)


def _first(matter: Matter, head: str) -> str:
    what = f"{matter.site}: {matter.thing} {state(matter)}"
    mark = "NHẮC: " if head else ""
    return f"[MotCua] {mark}{what} từ {moment(matter.since)}. Mã {code(matter.incident)}."


def _problem(matter: Matter, head: str) -> Text:
    why, masked = cause(matter), _masked(matter)
    until = f" trước {moment(matter.due_at)}" if matter.due_at else ""
    ask = f"Đề nghị {matter.holder} xử lý{until}." if matter.holder else ""
    short = [
        _first(matter, head),
        ask,
        f"Nguyên nhân: {why}." if why else "",
        matter.url,
        f"Kéo theo {len(matter.masked)} mục." if masked else "",
    ]
    lines = [
        _line("Điểm", matter.site),
        _line("Sự cố", f"{matter.thing} {state(matter)}"),
        _line("Mức độ", _SEVERITIES.get(matter.severity, "")),
        _line("Từ lúc", moment(matter.since)),
        _line("Nguyên nhân", why or "chưa rõ"),
        _line("Đơn vị giữ việc", matter.holder or "chưa có trong danh bạ"),
        _line("Hạn khắc phục", moment(matter.due_at) if matter.due_at else ""),
        _line("Không liên lạc được vì sự cố này", masked),
        _line("Làm gì bây giờ", ADVICE.get(matter.responsible, "")),
        _line("Chi tiết và nhận việc", matter.url),
    ]
    subject = (
        f"[MotCua] {head}{matter.site}: {matter.thing} {state(matter)} ({code(matter.incident)})"
    )
    return _text(subject, lines, short)


def _recovery(matter: Matter, _head: str) -> Text:
    at = matter.ended_at or matter.since
    first = (
        f"[MotCua] {matter.site}: {matter.thing} đã hoạt động lại lúc {moment(at)}."
        f" Mã {code(matter.incident)}."
    )
    why = cause(matter)
    lines = [
        _line("Điểm", matter.site),
        _line("Đã khắc phục", f"{matter.thing} hoạt động lại lúc {moment(at)}"),
        _line("Gián đoạn từ", moment(matter.since)),
        _line("Nguyên nhân", why),
        _line("Chi tiết", matter.url),
    ]
    subject = f"[MotCua] ĐÃ KHẮC PHỤC – {matter.site}: {matter.thing} ({code(matter.incident)})"
    return _text(subject, lines, [first, f"Nguyên nhân: {why}." if why else ""])


def _moved(matter: Matter, _head: str) -> Text:
    why = cause(matter)
    first = (
        f"[MotCua] {matter.site}: sự cố {code(matter.incident)} ({matter.thing}) đã chuyển"
        f" {matter.holder}. Quý đơn vị không cần xử lý."
    )
    lines = [
        _line("Điểm", matter.site),
        _line("Sự cố", f"{matter.thing} {state(matter)}"),
        _line("Đã chuyển", matter.holder),
        _line("Nguyên nhân", why),
        "Quý đơn vị không cần xử lý; sẽ có tin khi khắc phục xong.",
        _line("Chi tiết", matter.url),
    ]
    subject = f"[MotCua] ĐÃ CHUYỂN – {matter.site}: {matter.thing} ({code(matter.incident)})"
    return _text(subject, lines, [first, f"Nguyên nhân: {why}." if why else ""])


def _line(name: str, value: str) -> str:
    return f"{name}: {value}" if value else ""


def _text(subject: str, lines: Iterable[str], short: Sequence[str]) -> Text:
    body = "\n".join(line for line in lines if line)
    return Text(
        subject=unicodedata.normalize("NFC", subject),
        body=unicodedata.normalize("NFC", body) + "\n",
        short=fit([short[0], *(part for part in short[1:] if part)]),
    )
