"""Faults of cameras."""

from typing import Final

from motcua_contract.faults.base import Card, Fault, Responsible
from motcua_contract.vocabulary import HealthState

_TECH: Final = "Kỹ thuật viên; cán bộ phụ trách an ninh của trung tâm"
_N: Final = "one look every 10 s"


def _fault(code: str, rule: str, title: str, meaning: str, *steps: str) -> Fault:
    return Fault(
        device="camera",
        code=code,
        state=HealthState.PROBLEM,
        responsible=Responsible.SECURITY,
        rule=f"{rule} ({_N})",
        card=Card(title=title, meaning=meaning, steps=steps, who=_TECH),
    )


FAULTS: Final = (
    _fault(
        "offline",
        "No frame for 30 s in 3 tries; ends after 3 good looks",
        "Camera mất kết nối",
        "Không có hình từ camera này; việc phục vụ công dân không bị ảnh hưởng.",
        "Xem đèn nguồn của camera và của bộ chia mạng.",
        "Cắm chặt lại dây mạng hoặc nguồn PoE; chờ hai phút.",
        "Nếu vẫn mất, kiểm tra địa chỉ, mật khẩu luồng hình trong cấu hình.",
    ),
    _fault(
        "frozen",
        "Luma identical (mean difference at most 0.05 outside the clock) in 6 looks, or the "
        "capture time stands for 30 s; not told of pictures without contrast; ends after 6 good "
        "looks",
        "Hình camera đứng yên",
        "Camera vẫn kết nối nhưng hình không thay đổi: những gì ghi lại là hình cũ.",
        "Vẫy tay trước camera và xem hình có đổi không.",
        "Khởi động lại camera (rút nguồn 10 giây).",
        "Nếu lặp lại, cập nhật phần mềm camera hoặc đổi camera.",
    ),
    _fault(
        "dark",
        "Mean luma below 12 and deviation below 6 in 6 looks within lighting hours; ends after 6",
        "Hình camera tối đen",
        "Không nhìn thấy gì trên hình trong giờ có ánh sáng.",
        "Xem đèn khu vực có bật không.",
        "Xem ống kính có bị che không.",
        "Nếu đèn sáng, ống kính sạch mà hình vẫn tối, gọi kỹ thuật viên.",
    ),
    _fault(
        "covered",
        "Deviation below 6, or one histogram bin above 0.95, or correlation peak below 0.06, each "
        "while the mean is at least 12, in 6 looks; ends after 6 good looks",
        "Ống kính camera bị che",
        "Camera còn hoạt động nhưng không thấy khu vực cần quan sát.",
        "Nhìn camera: gỡ vật che, mạng nhện, nhãn dán.",
        "Lau ống kính bằng khăn mềm.",
        "Nếu nghi có người cố ý che, báo cán bộ phụ trách an ninh.",
    ),
    _fault(
        "blurred",
        "Sharpness divided by contrast below 0.40 of the reference in 12 looks, while the contrast "
        "is within 2.5 times of the reference's; ends after 12",
        "Hình camera bị mờ",
        "Hình không đủ nét để nhận rõ sự việc.",
        "Lau ống kính và mặt kính che bằng khăn mềm.",
        "Xem có hơi nước đọng không.",
        "Chỉnh lại tiêu cự rồi bấm “Học lại hình chuẩn”.",
    ),
    _fault(
        "moved",
        "Shift of at least 3 % of the width with a correlation peak of at least 0.2 in 6 looks; "
        "ends after 6 looks or a new reference",
        "Camera bị xoay lệch",
        "Camera không còn nhìn đúng khu vực đã chọn.",
        "Xem số điểm lệch ngang, dọc ở dòng chi tiết.",
        "Xoay camera về hướng cũ cho đến khi hết báo lỗi.",
        "Nếu đổi hướng có chủ ý, bấm “Học lại hình chuẩn”.",
    ),
    _fault(
        "overexposed",
        "More than 60 % of pixels above 245 in 6 looks; ends after 6 good looks",
        "Hình camera bị chói sáng",
        "Hình quá sáng, không nhìn rõ.",
        "Xem có nắng hoặc đèn chiếu thẳng vào ống kính không; kéo rèm.",
        "Chỉnh độ phơi sáng hoặc chống ngược sáng của camera.",
        "Nếu không khắc phục được, đổi vị trí camera rồi bấm “Học lại hình chuẩn”.",
    ),
    _fault(
        "site_wide",
        "Half of the cameras or more, at least two, have faults that began within 2 min of each "
        "other; they themselves are unknown meanwhile; ends when fewer still have theirs",
        "Nhiều camera cùng gặp lỗi",
        "Nhiều camera hỏng cùng lúc thường do một nguyên nhân chung, không phải từng camera.",
        "Xem dòng chi tiết: những camera nào, lỗi gì.",
        "Nếu tối: xem đèn của sảnh. Nếu mất kết nối: xem nguồn và bộ chia mạng của camera.",
        "Nếu nguồn, mạng và đèn đều tốt, xem đầu ghi hình rồi gọi kỹ thuật viên.",
    ),
)
