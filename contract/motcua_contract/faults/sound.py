"""Faults of the voice announcer."""

from typing import Final

from motcua_contract.faults.base import Card, Fault, Responsible
from motcua_contract.vocabulary import HealthState

_CALL: Final = (
    "Bảng số nhấp nháy và màn hình quầy nhắc cán bộ gọi trực tiếp; không ai bị tính vắng mặt."
)
_TECH: Final = "Kỹ thuật viên; cán bộ tại quầy gọi trực tiếp trong lúc chờ"

FAULTS: Final = (
    Fault(
        device="announcer",
        code="no_output",
        state=HealthState.CRITICAL,
        responsible=Responsible.HARDWARE,
        rule="No sound device takes sound, or the sound check failed; ends with a call played.",
        card=Card(
            title="Loa không phát được",
            meaning=_CALL,
            steps=(
                "Gọi công dân bằng giọng nói cho đến khi loa hoạt động lại.",
                "Kiểm tra công tắc nguồn và núm âm lượng của loa, ampli.",
                "Cắm chặt dây âm thanh, rồi bấm “Thử loa” trên trang kỹ thuật.",
            ),
            who=_TECH,
        ),
    ),
    Fault(
        device="announcer",
        code="player_hung",
        state=HealthState.CRITICAL,
        responsible=Responsible.SOFTWARE,
        rule="A player overruns its clip by `voice.clip_timeout_s`; ends with a call played.",
        card=Card(
            title="Trình phát âm thanh bị treo",
            meaning=_CALL,
            steps=(
                "Gọi công dân bằng giọng nói trong lúc chờ.",
                "Chờ một phút: hệ thống tự khởi động lại trình phát.",
                "Nếu còn báo, rút rồi cắm lại thiết bị âm thanh USB và bấm “Thử loa”.",
            ),
            who=_TECH,
        ),
    ),
    Fault(
        device="announcer",
        code="clip_missing",
        state=HealthState.PROBLEM,
        responsible=Responsible.SOFTWARE,
        rule="A recorded clip is missing, the synthesiser speaks instead; ends with a whole pack.",
        card=Card(
            title="Thiếu câu ghi âm",
            meaning="Loa vẫn gọi, nhưng bằng giọng máy thay cho giọng ghi âm.",
            steps=(
                "Công việc tại quầy tiếp tục bình thường.",
                "Xem tên câu bị thiếu ở dòng chi tiết.",
                "Chép lại bộ giọng đọc đầy đủ theo hướng dẫn, rồi bấm “Thử loa”.",
            ),
            who=_TECH,
        ),
    ),
    Fault(
        device="announcer",
        code="muted",
        state=HealthState.CRITICAL,
        responsible=Responsible.HARDWARE,
        rule=(
            "The loop-back or microphone level of the sound check stays below the limit, or an "
            "officer says that nothing was heard; ends with a check that was heard."
        ),
        card=Card(
            title="Loa bị tắt tiếng",
            meaning=_CALL,
            steps=(
                "Vặn núm âm lượng của loa và ampli; bỏ chế độ tắt tiếng.",
                "Bấm “Thử loa” trên trang kỹ thuật và nghe tại sảnh.",
                "Nghe thấy thì bấm “Đã nghe rõ”; không nghe thấy thì gọi kỹ thuật viên.",
            ),
            who=_TECH,
        ),
    ),
)
