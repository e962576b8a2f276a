"""Single words in sentences about devices, and what well-known programs mean, in Vietnamese."""

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, str]] = {
    # paper, as the sensors say
    "plenty": "còn nhiều",
    "low": "sắp hết",
    "out": "hết",
    "unknown": "chưa rõ",
    # trust in the clock
    "none": "không tin cậy",
    "saved": "chưa đồng bộ",
    "rtc": "đồng hồ phần cứng",
    "ntp": "đồng bộ qua mạng",
}

SAID_BY_TOOLS: Final[tuple[tuple[str, str], ...]] = (
    ("connection lost", "mất kết nối"),
    ("asked to stop", "được tắt theo lệnh"),
    ("connection refused", "máy bên kia từ chối kết nối"),
    ("no route to host", "không có đường tới máy đó"),
    ("network is unreachable", "mạng không tới được"),
    ("name or service not known", "không có tên máy này"),
    ("timed out", "chờ quá lâu không trả lời"),
    ("timeouterror", "chờ quá lâu không trả lời"),
    ("no answer", "không trả lời"),
    ("not done", "không xong đúng hạn"),
    ("permission denied", "không có quyền"),
    ("no such file", "không thấy tệp hoặc thiết bị"),
    ("no such device", "không thấy thiết bị"),
    ("input/output error", "lỗi đọc ghi"),
    ("no space left", "hết chỗ trên đĩa"),
    ("read-only file system", "đĩa chỉ cho đọc"),
    ("unauthorized", "sai tên hoặc mật khẩu"),
    ("no new picture", "không có hình mới"),
    ("the stream ended", "luồng hình đã ngắt"),
    ("pictures come torn", "hình bị rách"),
    ("no video", "không có hình"),
    ("data-stale", "số liệu của UPS đã cũ"),
    ("driver-not-connected", "trình điều khiển UPS chưa nối"),
    ("unknown-ups", "không có UPS tên này"),
    ("only just met the driver", "dịch vụ UPS vừa khởi động"),
    ("no status", "UPS không báo tình trạng"),
    ("ol and ob at once", "UPS báo vừa có điện vừa mất điện"),
    ("neither ol nor ob", "UPS báo tình trạng lạ"),
    ("no clip", "thiếu đoạn ghi âm"),
    ("is silent", "đoạn ghi âm không có tiếng"),
    ("exit code", "chương trình kết thúc với lỗi"),
    ("gpio pins cannot be used", "không dùng được chân GPIO"),
    ("pings cannot be sent", "máy này không gửi được ping"),
    ("cannot be started", "không khởi động được"),
    ("enroll", "thiếu khóa của thiết bị; ghi danh lại"),
)
"""Fragments in lower case; the first that fits says it, with the program's own words beside it."""
