"""Faults of links, of probed servers and of equipment that is only registered."""

from typing import Final

from motcua_contract.faults.base import Card, Fault, Responsible
from motcua_contract.vocabulary import HealthState

_TECH: Final = "Kỹ thuật viên"
_CARRIER: Final = "Kỹ thuật viên; đơn vị cung cấp đường truyền"
_SOFT: Final = "Nhóm phần mềm"
_P: Final = HealthState.PROBLEM
_GOES_ON: Final = "Văn phòng vẫn cấp số, gọi số, nhận đánh giá; dữ liệu được giữ lại và gửi sau."


def _link(code: str, rule: str, card: Card) -> Fault:
    return Fault(
        device="link",
        code=code,
        state=_P,
        responsible=Responsible.LINK,
        rule=rule,
        card=card,
    )


def _card(title: str, meaning: str, *steps: str, who: str = _TECH) -> Card:
    return Card(title=title, meaning=meaning, steps=steps, who=who)


def _probed(
    code: str,
    state: HealthState,
    rule: str,
    card: Card,
    *,
    server: Responsible = Responsible.SOFTWARE,
) -> tuple[Fault, ...]:
    """A service is software; so is most of what is wrong with a server that answers."""
    found = {"server": server, "service": Responsible.SOFTWARE}
    return tuple(
        Fault(device=device, code=code, state=state, responsible=who, rule=rule, card=card)
        for device, who in found.items()
    )


FAULTS: Final = (
    _link(
        "down",
        "No connection to the hub's broker for 15 s; ends when it holds for 15 s. The detail says "
        "whether gateway and reference targets answer.",
        _card(
            "Mất đường truyền về tỉnh",
            _GOES_ON,
            "Xem dòng chi tiết: mất mạng nội bộ, đường ra ngoài hay máy chủ tỉnh.",
            "Kiểm tra đèn của bộ chia mạng và bộ chuyển đổi quang; khởi động lại nếu tắt.",
            "Nếu đèn quang đỏ hoặc nhấp nháy, gọi đơn vị cung cấp đường truyền.",
            who=_CARRIER,
        ),
    ),
    _link(
        "lossy",
        "10 % or more of 60 pings to the hub lost; ends below 3 %.",
        _card(
            "Đường truyền chập chờn",
            _GOES_ON,
            "Xem tỷ lệ mất gói đến cổng mạng và đến tỉnh ở dòng chi tiết.",
            "Mất gói ngay ở cổng mạng: thay dây mạng, kiểm tra bộ chia.",
            "Chỉ mất gói đường ra ngoài: báo đơn vị cung cấp đường truyền.",
            who=_CARRIER,
        ),
    ),
    _link(
        "slow",
        "Median round trip to the hub above 300 ms, or 4 times the usual, over 5 minutes; ends "
        "below half of that.",
        _card(
            "Đường truyền chậm",
            _GOES_ON,
            "Xem có máy nào trong văn phòng đang tải nặng không.",
            "Đo lại sau 10 phút.",
            "Nếu vẫn chậm, báo đơn vị cung cấp đường truyền kèm số liệu ở dòng chi tiết.",
            who=_CARRIER,
        ),
    ),
    _link(
        "suspect",
        "Hub side: a will, or two reports missing; ends with any word, or becomes offline.",
        _card(
            "Liên lạc chập chờn",
            _GOES_ON,
            "Chờ ba phút: hầu hết tự kết nối lại.",
            "Nếu chuyển sang mất kết nối, làm theo hướng dẫn “Mất kết nối”.",
            "Gọi điện cho điểm tiếp nhận hỏi tình trạng điện và mạng.",
        ),
    ),
    _link(
        "offline",
        "Hub side: nothing heard for 3 minutes after the will or the missing reports.",
        _card(
            "Mất kết nối với điểm tiếp nhận",
            "Tình trạng điểm này chưa rõ; tại chỗ vẫn phục vụ bình thường nếu có điện.",
            "Gọi điện cho điểm tiếp nhận: có điện không, máy lấy số có hoạt động không.",
            "Có điện: nhờ xem đèn bộ chuyển đổi quang và bộ chia mạng.",
            "Báo đơn vị cung cấp đường truyền nếu nhiều điểm cùng mất.",
            who=_CARRIER,
        ),
    ),
    *_probed(
        "down",
        HealthState.CRITICAL,
        "The probe fails and is confirmed; ends with confirmed success.",
        _card(
            "Máy chủ không trả lời",
            "Dịch vụ trên máy chủ này đang gián đoạn.",
            "Xem các điểm khác có cùng báo lỗi không.",
            "Kiểm tra nguồn, mạng của máy chủ; xem nhật ký dịch vụ.",
            "Khởi động lại dịch vụ theo quy trình; báo đơn vị quản trị.",
            who=_SOFT,
        ),
        # servers are hardware (S0, I.1), until something speaks for what runs on them
        server=Responsible.HARDWARE,
    ),
    *_probed(
        "slow",
        _P,
        "The probe answers later than its limit; ends when it is in time again.",
        _card(
            "Máy chủ trả lời chậm",
            "Dịch vụ vẫn chạy nhưng người dùng phải chờ.",
            "Xem đường truyền có chậm không.",
            "Xem tải CPU, bộ nhớ, ổ đĩa của máy chủ.",
            "Báo đơn vị quản trị nếu kéo dài quá 30 phút.",
            who=_SOFT,
        ),
    ),
    *_probed(
        "tls_expiring",
        _P,
        "The certificate has fewer days left than its probe asks for (21); ends with a new one.",
        _card(
            "Chứng thư số sắp hết hạn",
            "Khi hết hạn, trình duyệt và thiết bị sẽ từ chối kết nối.",
            "Xem ngày hết hạn ở dòng chi tiết.",
            "Gia hạn chứng thư và cài lên máy chủ.",
            "Kiểm tra lại trên trang này sau khi cài.",
            who=_SOFT,
        ),
    ),
    *_probed(
        "dns_wrong",
        _P,
        "The name resolves to another answer than the expected one; ends with the expected one.",
        _card(
            "Tên miền trỏ sai",
            "Người dùng có thể đến nhầm máy chủ hoặc không đến được.",
            "So sánh địa chỉ ở dòng chi tiết với địa chỉ đúng.",
            "Sửa bản ghi tên miền; chờ hết thời gian lưu đệm.",
            "Nếu không ai đã đổi, báo ngay người phụ trách an toàn thông tin.",
            who=_SOFT,
        ),
    ),
    *_probed(
        "http_error",
        HealthState.CRITICAL,
        "The answer's status or text is not the expected one; ends with the expected one.",
        _card(
            "Dịch vụ trả về lỗi",
            "Máy chủ có trả lời nhưng dịch vụ không hoạt động đúng.",
            "Xem mã lỗi ở dòng chi tiết.",
            "Xem nhật ký ứng dụng và cơ sở dữ liệu.",
            "Quay về bản trước nếu vừa cập nhật; báo nhóm phần mềm.",
            who=_SOFT,
        ),
    ),
    Fault(
        device="gear",
        code="unreachable",
        state=_P,
        responsible=Responsible.HARDWARE,
        rule="3 looks in a row without an answer to ping or SNMP; ends after 2 answers.",
        card=_card(
            "Thiết bị không trả lời qua mạng",
            "Thiết bị này có thể đã tắt, đứt dây mạng hoặc hỏng.",
            "Xem thiết bị có bật nguồn không.",
            "Cắm chặt lại dây mạng; xem đèn cổng mạng.",
            "Nếu thiết bị vẫn chạy, kiểm tra địa chỉ mạng đã đăng ký.",
        ),
    ),
)
