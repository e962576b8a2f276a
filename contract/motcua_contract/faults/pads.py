"""Faults of rating pads, counter keypads and wired buttons."""

from typing import Final

from motcua_contract.faults.base import Card, Fault, Responsible
from motcua_contract.vocabulary import HealthState

_OFFICER: Final = "Cán bộ tại quầy; kỹ thuật viên nếu làm xong mà vẫn báo lỗi"
_TECH: Final = "Kỹ thuật viên"
_OFFLINE: Final = Card(
    title="Bàn phím quầy hoặc nút đánh giá mất kết nối",
    meaning="Đánh giá và gọi số bằng màn hình trong lúc chờ; lượt bấm đã lưu không mất.",
    steps=(
        "Dùng màn hình tại quầy thay cho thiết bị này.",
        "Rút và cắm chặt lại dây USB, hoặc xem đèn Wi-Fi của thiết bị.",
        "Chờ một phút. Nếu vẫn mất kết nối, gọi kỹ thuật viên.",
    ),
    who=_OFFICER,
)
_STUCK: Final = Card(
    title="Nút bấm bị kẹt",
    meaning="Lượt bấm của nút bị kẹt không được tính; các nút khác vẫn dùng được.",
    steps=(
        "Bấm nhả nút vài lần cho bật lên.",
        "Lau quanh nút bằng vải khô.",
        "Nếu vẫn kẹt, dùng màn hình thay thế và gọi kỹ thuật viên đổi nút.",
    ),
    who=_OFFICER,
)
_BATTERY: Final = Card(
    title="Pin thiết bị sắp hết",
    meaning="Thiết bị sắp tắt; lượt bấm đã lưu không mất.",
    steps=(
        "Cắm sạc hoặc thay pin.",
        "Chờ đèn báo sáng ổn định.",
        "Nếu pin tụt nhanh trong ngày, báo kỹ thuật viên thay pin mới.",
    ),
    who=_OFFICER,
)
_OLD: Final = Card(
    title="Phần mềm thiết bị đã cũ",
    meaning="Thiết bị vẫn dùng được, nhưng cần cập nhật.",
    steps=(
        "Tiếp tục sử dụng bình thường.",
        "Cập nhật ngoài giờ làm việc từ trang kỹ thuật.",
        "Nếu cập nhật không thành, thiết bị tự quay về bản cũ; báo nhóm phần mềm.",
    ),
    who=_TECH,
)


def _of(device: str) -> tuple[Fault, ...]:
    return (
        Fault(
            device=device,
            code="offline",
            state=HealthState.PROBLEM,
            responsible=Responsible.HARDWARE,
            rule="No frame or heartbeat for 30 s; ends with two heartbeats in a row.",
            card=_OFFLINE,
        ),
        Fault(
            device=device,
            code="button_stuck",
            state=HealthState.PROBLEM,
            responsible=Responsible.HARDWARE,
            rule="A button is held for 30 s; ends when it is released.",
            card=_STUCK,
        ),
    )


def _remote(device: str) -> tuple[Fault, ...]:
    return (
        Fault(
            device=device,
            code="low_battery",
            state=HealthState.PROBLEM,
            responsible=Responsible.HARDWARE,
            rule="The pad reports less than 15 % charge; ends above 25 %.",
            card=_BATTERY,
        ),
        Fault(
            device=device,
            code="firmware_old",
            state=HealthState.PROBLEM,
            responsible=Responsible.SOFTWARE,
            rule="The pad reports a firmware older than the one shipped; ends after its update.",
            card=_OLD,
        ),
    )


FAULTS: Final = (
    *_of("buttons"),
    *_of("pad"),
    *_remote("pad"),
    *_of("keypad"),
    *_remote("keypad"),
)
