"""Faults of the controller (the Pi) and of the agent that runs on it."""

from typing import Final

from motcua_contract.faults.base import Card, Fault, Responsible
from motcua_contract.vocabulary import HealthState

_TECH: Final = "Kỹ thuật viên"
_SOFT: Final = "Nhóm phần mềm"
_P: Final = HealthState.PROBLEM
_C: Final = HealthState.CRITICAL


def _pi(code: str, state: HealthState, who: Responsible, rule: str, card: Card) -> Fault:
    return Fault(device="controller", code=code, state=state, responsible=who, rule=rule, card=card)


def _card(title: str, meaning: str, *steps: str, who: str = _TECH) -> Card:
    return Card(title=title, meaning=meaning, steps=steps, who=who)


_HARD: Final = Responsible.HARDWARE
_SOFTWARE: Final = Responsible.SOFTWARE

FAULTS: Final = (
    _pi(
        "undervoltage",
        _P,
        Responsible.POWER,
        "The firmware reports under-voltage now; ends 10 minutes after the last report.",
        _card(
            "Nguồn điện của bộ điều khiển yếu",
            "Bộ điều khiển có thể tự khởi động lại hoặc hỏng thẻ nhớ.",
            "Dùng đúng bộ nguồn 5 V chính hãng, cắm thẳng vào bộ lưu điện.",
            "Thay dây nguồn ngắn và dày hơn.",
            "Rút bớt thiết bị USB ngốn điện hoặc dùng bộ chia USB có nguồn riêng.",
        ),
    ),
    _pi(
        "throttled",
        _P,
        _HARD,
        "The firmware reports a capped frequency now; ends 10 minutes after the last report.",
        _card(
            "Bộ điều khiển bị giảm tốc độ",
            "Màn hình và loa có thể phản ứng chậm.",
            "Xem dòng chi tiết: do nóng hay do nguồn yếu.",
            "Thông thoáng quanh hộp, kiểm tra quạt và bộ nguồn.",
            "Nếu kéo dài quá một giờ, gọi kỹ thuật viên.",
        ),
    ),
    _pi(
        "hot",
        _P,
        _HARD,
        "Processor at 80 °C or more for 60 s; ends below 70 °C for 60 s.",
        _card(
            "Bộ điều khiển quá nóng",
            "Máy tự giảm tốc độ để tránh hỏng.",
            "Bỏ vật che khe thoát nhiệt, tránh nắng chiếu thẳng.",
            "Xem quạt có quay không; lau bụi.",
            "Kiểm tra điều hòa của phòng đặt thiết bị.",
        ),
    ),
    _pi(
        "disk_low",
        _P,
        _HARD,
        "Less than 256 MiB free on the state directory's file system; ends with more.",
        _card(
            "Bộ nhớ của bộ điều khiển sắp đầy",
            "Khi đầy hẳn, máy ngừng cấp số để không mất dữ liệu.",
            "Xem dung lượng còn lại ở dòng chi tiết.",
            "Xóa tệp không thuộc hệ thống trên thẻ nhớ hoặc ổ đĩa.",
            "Nếu không có gì để xóa, thay thẻ nhớ hoặc ổ lớn hơn theo hướng dẫn thay máy.",
        ),
    ),
    _pi(
        "disk_errors",
        _C,
        _HARD,
        "The kernel counted new errors of the disk; ends only with a new disk or a restart.",
        _card(
            "Bộ nhớ của bộ điều khiển bị lỗi",
            "Thẻ nhớ hoặc ổ đĩa sắp hỏng; dữ liệu đã gửi về tỉnh vẫn an toàn.",
            "Không tắt nguồn đột ngột.",
            "Chuẩn bị thẻ nhớ hoặc ổ đĩa dự phòng.",
            "Thay máy theo hướng dẫn: máy mới nhận lại đúng tên và số thứ tự cũ.",
        ),
    ),
    _pi(
        "read_only",
        _C,
        _HARD,
        "The state directory's file system is mounted read-only; ends when it can be written.",
        _card(
            "Bộ nhớ chuyển sang chỉ đọc",
            "Không ghi được số mới nên máy ngừng cấp số; quầy phục vụ bằng phiếu giấy tay.",
            "Khởi động lại bộ điều khiển một lần.",
            "Nếu vẫn chỉ đọc: thay thẻ nhớ hoặc ổ đĩa theo hướng dẫn thay máy.",
            "Ghi lại các số đã phát tay trong lúc chờ.",
        ),
    ),
    _pi(
        "memory_low",
        _P,
        _SOFTWARE,
        "Less than 8 % of memory available for 60 s; ends above 12 % for 60 s.",
        _card(
            "Bộ điều khiển sắp hết bộ nhớ RAM",
            "Máy có thể chậm hoặc tự khởi động lại chương trình.",
            "Công việc tiếp tục bình thường.",
            "Khởi động lại bộ điều khiển ngoài giờ làm việc.",
            "Nếu lặp lại, gửi tệp chẩn đoán cho nhóm phần mềm.",
            who=_SOFT,
        ),
    ),
    _pi(
        "clock_unset",
        _P,
        _SOFTWARE,
        "The wall clock is trusted by nothing (no NTP, no RTC) for 60 s; ends when it is.",
        _card(
            "Đồng hồ chưa được chỉnh",
            "Ngày giờ trên phiếu có thể sai; số thứ tự vẫn không trùng.",
            "Xem ngày giờ trên máy lấy số có đúng không.",
            "Kiểm tra đường mạng đến máy chủ giờ của tỉnh.",
            "Thay pin đồng hồ của bộ điều khiển nếu mỗi lần mất điện lại báo.",
        ),
    ),
    _pi(
        "clock_skew",
        _P,
        _SOFTWARE,
        "The clock differs from the hub's by more than 5 s in 3 looks; ends below 2 s.",
        _card(
            "Đồng hồ lệch giờ",
            "Giờ trên phiếu lệch so với giờ chuẩn; số liệu được hệ thống tự hiệu chỉnh.",
            "Xem số giây lệch ở dòng chi tiết.",
            "Kiểm tra đường mạng đến máy chủ giờ của tỉnh.",
            "Nếu lệch tăng dần mỗi ngày, báo kỹ thuật viên.",
        ),
    ),
    _pi(
        "sd_worn",
        _P,
        _HARD,
        "The card's own life-time estimate is 80 % or more; ends with a new card.",
        _card(
            "Thẻ nhớ sắp hết tuổi thọ",
            "Thẻ nhớ còn dùng được nhưng nên thay trước khi hỏng.",
            "Ghi lại phần trăm hao mòn ở dòng chi tiết.",
            "Chuẩn bị thẻ nhớ loại bền (endurance) cùng dung lượng.",
            "Thay ngoài giờ làm việc theo hướng dẫn thay máy.",
        ),
    ),
    Fault(
        device="journal",
        code="journal_full",
        state=_C,
        responsible=_HARD,
        rule="The journal cannot grow; ends within 10 s of space being there again.",
        card=_card(
            "Nhật ký đầy, máy ngừng cấp số",
            "Không phát số mới để không mất số nào; người đã có số vẫn được gọi.",
            "Xóa tệp không thuộc hệ thống trên thẻ nhớ hoặc ổ đĩa.",
            "Chờ 10 giây: máy tự cấp số lại.",
            "Nếu không còn gì để xóa, gọi kỹ thuật viên thay ổ lớn hơn.",
        ),
    ),
    Fault(
        device="journal",
        code="journal_recovered",
        state=_P,
        responsible=_HARD,
        rule="The journal was found damaged at start and salvaged; ends with the next clean start.",
        card=_card(
            "Nhật ký đã được phục hồi",
            "Tệp cũ bị hỏng đã được cất riêng; số thứ tự chạy tiếp, không trùng.",
            "Công việc tiếp tục bình thường.",
            "Giữ lại tệp hỏng nêu ở dòng chi tiết, không xóa.",
            "Kiểm tra thẻ nhớ, ổ đĩa và nguồn điện; gửi tệp cho nhóm phần mềm.",
        ),
    ),
    Fault(
        device="catalogue",
        code="pending_overdue",
        state=_P,
        responsible=_SOFTWARE,
        rule="A service that waits for confirmation is overdue; ends when it is decided.",
        card=_card(
            "Lĩnh vực chờ xác nhận quá hạn",
            "Một lĩnh vực trong cấu hình chưa được xác nhận nên chưa cấp số.",
            "Xem tên lĩnh vực ở dòng chi tiết.",
            "Xác nhận hoặc bỏ lĩnh vực trên trang kỹ thuật.",
            "Nếu không rõ, hỏi người quản trị của tỉnh.",
        ),
    ),
)
