"""Faults of the uninterruptible power supply and of the building's dry contacts."""

from typing import Final

from motcua_contract.faults.base import Card, Fault, Responsible
from motcua_contract.vocabulary import HealthState

_POWER: Final = "Cán bộ phụ trách điện của trung tâm"
_ALL: Final = "Mọi người tại trung tâm"


def _ups(code: str, state: HealthState, rule: str, card: Card) -> Fault:
    return Fault(
        device="ups",
        code=code,
        state=state,
        responsible=Responsible.POWER,
        rule=rule,
        card=card,
    )


def _card(title: str, meaning: str, *steps: str) -> Card:
    return Card(title=title, meaning=meaning, steps=steps, who=_POWER)


def _contact(code: str, state: HealthState, title: str, meaning: str, *steps: str) -> Fault:
    return Fault(
        device="contact",
        code=code,
        state=state,
        responsible=Responsible.SECURITY if code == "door" else Responsible.POWER,
        rule="The dry contact is active for 2 s; ends when it is at rest for 5 s.",
        card=Card(
            title=title,
            meaning=meaning,
            steps=steps,
            who=_ALL if code == "fire" else _POWER,
        ),
    )


FAULTS: Final = (
    _ups(
        "on_battery",
        HealthState.PROBLEM,
        "OB in 2 polls in a row over 2 s (not during calibration or a self-test, unless the input "
        "is below 50 V, or unknown for 15 min); ends with OL in 2 polls.",
        _card(
            "Đang chạy bằng ắc quy",
            "Mất điện lưới; việc cấp số, gọi số vẫn tiếp tục cho đến khi ắc quy yếu.",
            "Xem cầu dao, aptomat và hỏi điện lực khi nào có điện lại.",
            "Bật máy phát nếu có.",
            "Tắt bớt thiết bị không cần thiết đang cắm vào bộ lưu điện.",
        ),
    ),
    _ups(
        "low_battery",
        HealthState.CRITICAL,
        "OB in 3 polls and, in 2 of them in a row, LB, or charge at most max(30 %, charge.low + "
        "10), or runtime at most max(180 s, 3 times the measured shutdown); or on battery with "
        "FSD, or without a valid answer for 15 s; ends with the shutdown.",
        _card(
            "Ắc quy yếu – sắp tắt máy an toàn",
            "Máy ngừng cấp số và tự tắt an toàn; không mất số nào. Máy tự bật lại khi có điện.",
            "Thông báo cho công dân; người đã có số được gọi trực tiếp.",
            "Bật máy phát nếu có.",
            "Khi có điện lại, chờ máy tự khởi động; không tự bấm nút nguồn.",
        ),
    ),
    _ups(
        "replace_battery",
        HealthState.PROBLEM,
        "RB for 10 minutes on mains; ends when RB is gone for 10 minutes. Or the runtime of the "
        "full battery, median of 5 days, is half of its best at equal load.",
        _card(
            "Cần thay ắc quy",
            "Khi mất điện, bộ lưu điện có thể không giữ được đủ lâu.",
            "Ghi lại model và ngày lắp ắc quy trên nhãn.",
            "Đề nghị thay ắc quy đúng loại.",
            "Thay xong, bấm “Kiểm tra bộ lưu điện” trên trang kỹ thuật.",
        ),
    ),
    _ups(
        "bypass",
        HealthState.PROBLEM,
        "BYPASS or OFF in 2 polls; ends when neither is seen in 2 polls.",
        _card(
            "Bộ lưu điện không bảo vệ",
            "Điện đi thẳng, không qua ắc quy: mất điện là tắt máy ngay.",
            "Xem công tắc “Bypass” và nút nguồn trên bộ lưu điện.",
            "Đưa về chế độ làm việc bình thường.",
            "Nếu tự nhảy lại, gọi nhà cung cấp bộ lưu điện.",
        ),
    ),
    _ups(
        "overload",
        HealthState.PROBLEM,
        "OVER in 2 polls; ends when it is not seen in 2 polls.",
        _card(
            "Bộ lưu điện quá tải",
            "Cắm quá nhiều thiết bị: bộ lưu điện có thể ngắt đột ngột.",
            "Rút thiết bị không thuộc hệ thống lấy số (quạt, ấm điện, máy in lớn).",
            "Xem phần trăm tải ở dòng chi tiết đã giảm chưa.",
            "Nếu vẫn quá tải, đề nghị bộ lưu điện công suất lớn hơn.",
        ),
    ),
    _ups(
        "comm_lost",
        HealthState.UNKNOWN,
        "No valid answer for 60 s on mains, 15 s after a single OB; ends with 2 valid polls.",
        _card(
            "Mất liên lạc với bộ lưu điện",
            "Không biết đang dùng điện lưới hay ắc quy.",
            "Xem đèn trên bộ lưu điện: đang có điện lưới không.",
            "Rút và cắm chặt lại cáp USB của bộ lưu điện.",
            "Chờ 15 phút: hệ thống tự thử kết nối lại. Nếu vẫn mất, gọi kỹ thuật viên.",
        ),
    ),
    _ups(
        "self_test_failed",
        HealthState.PROBLEM,
        "The last self-test's result names a failure; ends with another test.",
        _card(
            "Tự kiểm tra ắc quy không đạt",
            "Ắc quy có thể không giữ được khi mất điện.",
            "Bấm “Kiểm tra bộ lưu điện” một lần nữa ngoài giờ làm việc.",
            "Vẫn không đạt: đề nghị thay ắc quy.",
            "Trong lúc chờ, lưu công việc thường xuyên và chuẩn bị máy phát nếu có.",
        ),
    ),
    _ups(
        "self_test_overdue",
        HealthState.PROBLEM,
        "No self-test for 40 days, and no outage of a minute that the battery bore; ends with one.",
        _card(
            "Quá hạn tự kiểm tra ắc quy",
            "Chưa biết ắc quy còn tốt hay không.",
            "Bấm “Kiểm tra bộ lưu điện” ngoài giờ làm việc.",
            "Nếu bộ lưu điện không có lệnh kiểm tra, thử rút điện lưới 1 phút khi vắng người.",
            "Ghi kết quả vào sổ bảo trì.",
        ),
    ),
    _ups(
        "charging",
        HealthState.PROBLEM,
        "After a halt: charge below 40 % on mains; ends at 40 %, or after an hour.",
        _card(
            "Đang sạc ắc quy sau khi mất điện",
            "Đã có điện lại nhưng ắc quy còn yếu; máy chờ sạc rồi mới cấp số và gọi số mới.",
            "Thông báo cho công dân chờ; người đang ở quầy được phục vụ tiếp.",
            "Không tắt nguồn bộ lưu điện; bớt thiết bị không cần để sạc nhanh hơn.",
            "Sau một giờ máy tự làm việc lại; nếu phần trăm sạc không tăng, đề nghị thay ắc quy.",
        ),
    ),
    _ups(
        "shutdown_latched",
        HealthState.PROBLEM,
        "FSD on mains for 30 s; ends when FSD is gone.",
        _card(
            "Lệnh tắt máy cũ chưa được xóa",
            "Đã có điện lại nhưng bộ lưu điện vẫn giữ lệnh tắt máy; máy có thể bị tắt nhầm.",
            "Chờ 5 phút: hệ thống tự khởi động lại dịch vụ bộ lưu điện.",
            "Vẫn còn: khởi động lại bộ điều khiển ngoài giờ làm việc.",
            "Nếu lặp lại, gọi kỹ thuật viên xem cấu hình NUT.",
        ),
    ),
    _contact(
        "fire",
        HealthState.CRITICAL,
        "Báo cháy",
        "Hệ thống báo cháy của tòa nhà đang kêu.",
        "Làm theo nội quy chữa cháy: đưa mọi người ra ngoài, gọi 114.",
        "Không quay lại lấy thiết bị.",
        "Khi an toàn, báo người phụ trách tòa nhà kiểm tra đầu báo.",
    ),
    _contact(
        "cooling",
        HealthState.PROBLEM,
        "Hệ thống lạnh báo lỗi",
        "Phòng thiết bị có thể nóng lên, máy tự giảm tốc độ.",
        "Xem điều hòa phòng thiết bị có chạy không.",
        "Mở cửa thông gió, tắt bớt thiết bị không cần.",
        "Gọi đơn vị bảo trì điều hòa.",
    ),
    _contact(
        "generator",
        HealthState.PROBLEM,
        "Máy phát điện báo lỗi",
        "Máy phát có thể không chạy khi mất điện.",
        "Xem nhiên liệu, ắc quy đề và bảng báo lỗi của máy phát.",
        "Chạy thử không tải theo quy trình.",
        "Gọi đơn vị bảo trì máy phát.",
    ),
    _contact(
        "door",
        HealthState.PROBLEM,
        "Cửa phòng thiết bị đang mở",
        "Có người trong phòng thiết bị hoặc cửa quên đóng.",
        "Đến xem cửa phòng thiết bị.",
        "Đóng và khóa cửa.",
        "Nếu không ai có phận sự ở đó, báo bảo vệ.",
    ),
    _contact(
        "alarm",
        HealthState.PROBLEM,
        "Đầu báo của tòa nhà kích hoạt",
        "Một tiếp điểm cảnh báo của tòa nhà đang đóng; xem tên ở dòng chi tiết.",
        "Xem tên tiếp điểm ở dòng chi tiết và đến kiểm tra.",
        "Khắc phục theo quy trình của thiết bị đó.",
        "Nếu không rõ nguyên nhân, gọi kỹ thuật viên.",
    ),
)
