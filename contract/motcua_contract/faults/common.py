"""The one fault that every kind of device can have: its driver ended."""

from typing import Final

from motcua_contract.faults.base import Card, Fault, Responsible
from motcua_contract.vocabulary import HealthState

DRIVER_FAILED: Final = "driver_failed"
_CARD: Final = Card(
    title="Trình điều khiển thiết bị gặp lỗi",
    meaning="Chưa rõ thiết bị còn hoạt động không; hệ thống đang tự khởi động lại nó.",
    steps=(
        "Chờ một phút: hệ thống tự thử lại.",
        "Rút và cắm lại thiết bị.",
        "Nếu vẫn báo, bấm “Khởi động lại trình điều khiển” và gửi tệp chẩn đoán cho nhóm phần mềm.",
    ),
    who="Kỹ thuật viên; nhóm phần mềm",
)


def driver_failed(device: str) -> Fault:
    """The fault of a driver that ended with an error; the device's own state is unknown then."""
    return Fault(
        device=device,
        code=DRIVER_FAILED,
        state=HealthState.UNKNOWN,
        responsible=Responsible.SOFTWARE,
        rule="The driver ended with an error and waits to be started again; ends with its report.",
        card=_CARD,
    )
