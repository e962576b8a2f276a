"""Faults of the ticket printer."""

from typing import Final

from motcua_contract.faults.base import Card, Fault, Responsible
from motcua_contract.vocabulary import HealthState

_HALL: Final = "Cán bộ hướng dẫn tại sảnh; kỹ thuật viên nếu làm xong mà vẫn báo lỗi"
_TECH: Final = "Kỹ thuật viên"
_ON_SCREEN: Final = (
    "Số vẫn được cấp và hiện cỡ lớn trên màn hình máy lấy số, chỉ phiếu giấy chưa ra."
)

FAULTS: Final = (
    Fault(
        device="printer",
        code="paper_low",
        state=HealthState.PROBLEM,
        responsible=Responsible.HARDWARE,
        rule="The near-end sensor reports low paper; ends when it no longer does.",
        card=Card(
            title="Sắp hết giấy",
            meaning="Cuộn giấy còn ít; máy vẫn in bình thường cho đến khi hết.",
            steps=(
                "Lấy sẵn một cuộn giấy đúng khổ đặt cạnh máy.",
                "Thay cuộn khi vắng người, mặt nhiệt quay về phía đầu in.",
                "Bấm “In thử” trên trang kỹ thuật để kiểm tra.",
            ),
            who=_HALL,
        ),
    ),
    Fault(
        device="printer",
        code="paper_out",
        state=HealthState.CRITICAL,
        responsible=Responsible.HARDWARE,
        rule="The paper-end sensor reports no paper; ends when paper is seen again.",
        card=Card(
            title="Hết giấy",
            meaning=_ON_SCREEN,
            steps=(
                "Mở nắp, thay cuộn giấy đúng khổ, đóng nắp đến khi nghe tiếng khớp.",
                "Chờ khoảng 10 giây: phiếu vừa lỗi tự in lại một lần, có dòng BẢN IN LẠI.",
                "Nếu vẫn báo lỗi, lau cảm biến giấy bằng vải khô rồi bấm “In thử”.",
            ),
            who=_HALL,
        ),
    ),
    Fault(
        device="printer",
        code="cover_open",
        state=HealthState.CRITICAL,
        responsible=Responsible.HARDWARE,
        rule="The printer reports its cover open; ends when it is closed.",
        card=Card(
            title="Nắp máy in đang mở",
            meaning=_ON_SCREEN,
            steps=(
                "Kiểm tra giấy nằm thẳng trong máng.",
                "Đóng nắp, ấn đều hai bên đến khi nghe tiếng khớp.",
                "Nếu vẫn báo mở, xem có mẩu giấy kẹt ở chốt nắp không.",
            ),
            who=_HALL,
        ),
    ),
    Fault(
        device="printer",
        code="cutter_error",
        state=HealthState.CRITICAL,
        responsible=Responsible.HARDWARE,
        rule="The printer reports a cutter error; ends when the error is cleared at the printer.",
        card=Card(
            title="Lỗi dao cắt",
            meaning=_ON_SCREEN,
            steps=(
                "Tắt máy in, mở nắp, gỡ giấy kẹt ở khe dao. Không chọc vật kim loại vào dao.",
                "Đóng nắp, bật lại máy in.",
                "Bấm “In thử”. Nếu còn kêu hoặc không cắt, gọi kỹ thuật viên.",
            ),
            who=_TECH,
        ),
    ),
    Fault(
        device="printer",
        code="head_hot",
        state=HealthState.PROBLEM,
        responsible=Responsible.HARDWARE,
        rule="The printer reports its head too hot; ends when it has cooled.",
        card=Card(
            title="Đầu in quá nóng",
            meaning="Máy tự dừng để nguội rồi in tiếp; phiếu ra chậm.",
            steps=(
                "Chờ vài phút, không tắt máy.",
                "Bỏ vật che khe thoát nhiệt quanh máy in.",
                "Nếu lặp lại nhiều lần trong ngày, gọi kỹ thuật viên kiểm tra quạt và đầu in.",
            ),
            who=_HALL,
        ),
    ),
    Fault(
        device="printer",
        code="offline",
        state=HealthState.CRITICAL,
        responsible=Responsible.HARDWARE,
        rule="The printer cannot be opened or says that it is off line; ends with its next answer.",
        card=Card(
            title="Máy in không kết nối",
            meaning=_ON_SCREEN,
            steps=(
                "Xem đèn nguồn máy in có sáng không; bật công tắc.",
                "Rút và cắm chặt lại cáp USB hoặc cáp mạng ở cả hai đầu.",
                "Chờ một phút rồi bấm “In thử” trên trang kỹ thuật.",
            ),
            who=_HALL,
        ),
    ),
    Fault(
        device="printer",
        code="stalled",
        state=HealthState.CRITICAL,
        responsible=Responsible.HARDWARE,
        rule="Bytes are not taken within `printer.write_timeout_s`; ends with the next whole slip.",
        card=Card(
            title="Máy in bị treo",
            meaning="Máy nhận lệnh nhưng không in hết; phiếu đang in có thể dở dang.",
            steps=(
                "Tắt máy in 10 giây rồi bật lại.",
                "Gỡ giấy kẹt nếu có; bỏ phiếu in dở.",
                "Bấm “In thử”. Công dân chưa có phiếu chạm “Phiếu chưa in” trên máy lấy số.",
            ),
            who=_HALL,
        ),
    ),
    Fault(
        device="printer",
        code="no_answer",
        state=HealthState.CRITICAL,
        responsible=Responsible.HARDWARE,
        rule=(
            "No status within `printer.status_timeout_s`; silence is never plenty of paper. "
            "Ends with the next answer."
        ),
        card=Card(
            title="Máy in không trả lời",
            meaning="Không biết máy in còn giấy hay không, phiếu có ra hay không.",
            steps=(
                "Nhìn máy in: có phiếu vừa ra không, đèn có sáng không.",
                "Tắt máy in 10 giây, cắm chặt cáp, bật lại.",
                "Bấm “In thử”. Nếu vẫn không trả lời, gọi kỹ thuật viên.",
            ),
            who=_HALL,
        ),
    ),
)
