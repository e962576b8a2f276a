"""Faults of displays and kiosks: browsers that must be connected and painting."""

from typing import Final

from motcua_contract.faults.base import Card, Fault, Responsible
from motcua_contract.vocabulary import HealthState

_HALL: Final = "Cán bộ hướng dẫn tại sảnh; kỹ thuật viên nếu làm xong mà vẫn báo lỗi"

FAULTS: Final = (
    Fault(
        device="display",
        code="not_connected",
        state=HealthState.CRITICAL,
        responsible=Responsible.HARDWARE,
        rule="No heartbeat of an expected display for 30 s; ends with two heartbeats.",
        card=Card(
            title="Màn hình không kết nối",
            meaning="Công dân không thấy số được gọi trên màn hình này; loa vẫn gọi.",
            steps=(
                "Xem màn hình có bật không, có đúng ngõ vào hình không.",
                "Tắt bật lại máy chiếu trang hoặc hộp phát; chờ một phút.",
                "Kiểm tra dây mạng của màn hình. Nếu vẫn không lên, gọi kỹ thuật viên.",
            ),
            who=_HALL,
        ),
    ),
    Fault(
        device="display",
        code="stale",
        state=HealthState.PROBLEM,
        responsible=Responsible.SOFTWARE,
        rule="Heartbeats come, but the last paint is older than 45 s; ends with a fresh paint.",
        card=Card(
            title="Màn hình đứng hình",
            meaning="Màn hình còn sáng nhưng số hiển thị là số cũ.",
            steps=(
                "Nhắc công dân nghe loa và nhìn bảng tại quầy.",
                "Tải lại trang trên màn hình (phím F5) hoặc tắt bật hộp phát.",
                "Nếu lặp lại trong ngày, gọi kỹ thuật viên.",
            ),
            who=_HALL,
        ),
    ),
    Fault(
        device="kiosk",
        code="not_connected",
        state=HealthState.CRITICAL,
        responsible=Responsible.HARDWARE,
        rule="No heartbeat of an expected kiosk for 30 s; ends with two heartbeats.",
        card=Card(
            title="Máy lấy số không kết nối",
            meaning="Công dân không tự lấy số được tại máy này; quầy vẫn cấp số được.",
            steps=(
                "Cấp số cho công dân tại quầy hoặc bằng nút bấm lấy số.",
                "Xem màn hình cảm ứng có nguồn không; tắt bật lại.",
                "Kiểm tra dây mạng. Nếu vẫn không lên, gọi kỹ thuật viên.",
            ),
            who=_HALL,
        ),
    ),
    Fault(
        device="kiosk",
        code="touch_silent",
        state=HealthState.PROBLEM,
        responsible=Responsible.HARDWARE,
        rule=(
            "No touch for 30 minutes of opening hours while counters serve tickets that were "
            "issued elsewhere; ends with a touch."
        ),
        card=Card(
            title="Màn hình cảm ứng không thấy ai chạm",
            meaning="Có thể mặt cảm ứng hỏng: quầy có khách mà máy lấy số không ai chạm được.",
            steps=(
                "Chạm thử vào màn hình máy lấy số.",
                "Lau mặt kính bằng vải khô, chạm lại.",
                "Nếu không phản ứng: cấp số tại quầy và gọi kỹ thuật viên.",
            ),
            who=_HALL,
        ),
    ),
)
