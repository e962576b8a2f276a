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
        "OB in 2 polls in a row (not during calibration or a self-test, unless the input is below "
        "50 V); ends with OL in 2 polls.",
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
        "OB in 3 polls and LB, or charge at most max(30 %, charge.low + 10), or runtime at most "
        "max(180 s, 3 times the measured shutdown); ends with OL.",
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
        "RB for 10 minutes on mains; ends when RB is gone for 10 minutes.",
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
        "No valid answer for 60 s on mains, 15 s on battery; ends with 2 valid polls.",
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
        "The last self-test's result names a failure; ends with a test that passed.",
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
        "No self-test for 40 days; ends with a test.",
        _card(
            "Quá hạn tự kiểm tra ắc quy",
            "Chưa biết ắc quy còn tốt hay không.",
            "Bấm “Kiểm tra bộ lưu điện” ngoài giờ làm việc.",
            "Nếu bộ lưu điện không có lệnh kiểm tra, thử rút điện lưới 1 phút khi vắng người.",
            "Ghi kết quả vào sổ bảo trì.",
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
