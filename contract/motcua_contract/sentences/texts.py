"""The texts of every phrase, by key: English for logs, Vietnamese for pages.

Fields are filled in from the phrase's values; conversions `!w`, `!f`, `!t` as in `base`.
"""

from collections.abc import Mapping
from typing import Final

_COMMON: Final = {
    "text": ("{text}", "{text!t}"),
    "also": ("also {codes!f}", "ngoài ra: {codes!f}"),
    "zone": ("zone {zone}", "khu vực {zone}"),
    "drill": ("drill by {actor} for {minutes} min", "{actor} cho diễn tập {minutes} phút"),
    "driver.ended": ("{error}", "trình điều khiển dừng: {error!t}"),
    "driver.gone": ("the driver ended by itself", "trình điều khiển tự dừng"),
    "left_over": ("not in the configuration any more", "không còn trong cấu hình"),
}
_SCREENS: Final = {
    "screen.unheard": ("it has not been heard yet", "chưa nghe thấy lần nào từ khi khởi động"),
    "screen.silent": ("silent for {seconds} s", "im lặng {seconds} giây"),
    "screen.painted": (
        "last fresh paint {seconds} s ago",
        "lần vẽ mới gần nhất cách {seconds} giây",
    ),
    "screen.untouched": (
        "no touch for {minutes} min while {tickets} tickets were issued elsewhere",
        "{minutes} phút không ai chạm, trong khi {tickets} số được cấp ở nơi khác",
    ),
    "screen.closed": (
        "closed; the configuration does not say that it must be there",
        "đã đóng; cấu hình không yêu cầu màn hình này",
    ),
    "screen.aside": ("set aside by a technician", "kỹ thuật viên cho thôi theo dõi"),
}
_PADS: Final = {
    "pad.silent": ("silent for more than {seconds} s", "im lặng quá {seconds} giây"),
    "pad.unheard": ("not heard since the start", "chưa nghe thấy từ khi khởi động"),
    "pad.held": ("held down: {buttons}", "nút bị giữ: {buttons}"),
    "pad.battery": ("{percent} %", "pin còn {percent} %"),
    "pad.firmware": ("{has}, shipped is {shipped}", "đang chạy {has}, bản kèm theo là {shipped}"),
    "pad.rolled_back": ("an update was taken back", "bản cập nhật đã tự quay lại bản cũ"),
    "pad.keyless": ("{error}", "chưa dùng được khóa: {error!t}"),
    "update.no_release": (
        "no firmware is shipped with this controller; see `pads.firmware`",
        "bộ điều khiển chưa có phần sụn kèm theo",
    ),
    "update.no_answer": ("{pad} gave no answer to `{of}`", "thiết bị {pad} không trả lời"),
    "update.refused": ("the pad refused the update: {why}", "thiết bị từ chối: {why!t}"),
    "update.cut_short": ("it was not done in time", "không xong trong thời gian cho phép"),
    "buttons.pins": ("{error}", "{error!t}"),
    "buttons.held": ("held down: BCM pin {pins}", "nút bị giữ: chân BCM {pins}"),
}
_POWER: Final = {
    "ups.charge": ("charge {percent:g} %", "ắc quy {percent:g} %"),
    "ups.runtime": ("runtime {seconds} s", "còn chạy được {seconds} giây"),
    "ups.load": ("load {percent:g} %", "tải {percent:g} %"),
    "ups.tokens": ("{tokens}", "UPS báo {tokens}"),
    "ups.silent": ("no answer for {seconds} s: {cause}", "UPS im lặng {seconds} giây: {cause!t}"),
    "ups.silent_on_battery": (
        "on battery and no answer for {seconds} s: {cause}",
        "đang chạy ắc quy và UPS im lặng {seconds} giây: {cause!t}",
    ),
    "ups.fsd": (
        "on battery and FSD: a shutdown is under way",
        "đang chạy ắc quy và UPS báo tắt máy (FSD)",
    ),
    "ups.low_lb": ("on battery and LB", "đang chạy ắc quy và UPS báo ắc quy yếu (LB)"),
    "ups.low_charge": (
        "on battery and charge {charge:g} % is not above {limit:g} %",
        "đang chạy ắc quy, còn {charge:g} %, ngưỡng {limit:g} %",
    ),
    "ups.low_runtime": (
        "on battery and runtime {seconds} s is not above {limit:g} s",
        "đang chạy ắc quy, còn {seconds} giây, ngưỡng {limit:g} giây",
    ),
    "ups.ob": (
        "OB in {looks} looks over {seconds:.1f} s",
        "mất điện lưới: {looks} lần hỏi trong {seconds:.1f} giây",
    ),
    "ups.on_battery": ("on battery for {seconds} s", "chạy ắc quy {seconds} giây"),
    "ups.ol": ("OL in {looks} looks", "có điện lưới: {looks} lần hỏi"),
    "ups.gate": (
        "charge {charge:g} % is below {limit:g} %",
        "ắc quy {charge:g} %, chờ tới {limit:g} %",
    ),
    "ups.test": ("{text}", "UPS trả lời tự kiểm tra: “{text}”"),
    "ups.rb": ("RB", "UPS báo thay ắc quy (RB)"),
    "ups.aged": (
        "runtime at {load} % load is {share} % of its best",
        "ở mức tải {load} % chỉ còn chạy được {share} % so với lúc tốt nhất",
    ),
    "ups.untested": ("no self-test for {days} days", "{days} ngày chưa tự kiểm tra"),
}
_CONTROLLER: Final = {
    "controller.undervoltage": (
        "below 4.63 V now; {times} times since the program started",
        "điện áp đang dưới 4,63 V; {times} lần từ khi chương trình khởi động",
    ),
    "controller.throttled": ("firmware reports 0x{bits:x}", "phần sụn báo 0x{bits:x}"),
    "controller.hot": ("{celsius:.0f} °C", "{celsius:.0f} °C"),
    "controller.read_only": (
        "the state directory cannot be written",
        "không ghi được vào thư mục trạng thái",
    ),
    "controller.disk_low": (
        "less than {mib} MiB free; delete files or use a larger disk",
        "còn dưới {mib} MiB; xóa bớt tệp hoặc thay đĩa lớn hơn",
    ),
    "controller.disk_errors": (
        "{count} new errors counted by the kernel",
        "nhân hệ điều hành đếm thêm {count} lỗi đĩa",
    ),
    "controller.sd_worn": ("{percent} % of its life is used", "đã dùng {percent} % tuổi thọ"),
    "controller.memory": ("{percent:.0f} % available", "còn trống {percent:.0f} %"),
    "controller.clock": ("trusted by nothing ({clock})", "đồng hồ: {clock!w}"),
    "controller.skew": (
        "{seconds:+.1f} s against the hub",
        "lệch {seconds:+.1f} giây so với máy chủ tỉnh",
    ),
    "journal.full": (
        "{free} bytes free; delete files or use a larger disk",
        "còn {free} byte; xóa bớt tệp hoặc thay đĩa lớn hơn",
    ),
    "journal.recovered": (
        "damaged file kept as {aside}; send it for study",
        "tệp hỏng được giữ tại {aside}; gửi đi để tìm nguyên nhân",
    ),
    "catalogue.overdue": (
        "decided and not switched on: {services}; set state to active",
        "đã quyết định nhưng chưa bật: {services}",
    ),
}
_NETWORK: Final = {
    "link.lan": (
        "the office's own network: the gateway does not answer",
        "mạng của văn phòng: bộ định tuyến không trả lời",
    ),
    "link.wan": (
        "the line outwards: the gateway answers, nothing beyond it does",
        "đường truyền ra ngoài: bộ định tuyến trả lời, phía ngoài thì không",
    ),
    "link.hub": (
        "the hub or its broker: the line outwards answers",
        "máy chủ tỉnh: đường truyền ra ngoài vẫn thông",
    ),
    "link.nowhere": (
        "nobody can be pinged, so where is not known",
        "không ping được nơi nào nên chưa rõ hỏng ở đâu",
    ),
    "link.goes_on": (
        "the office goes on and keeps its events",
        "văn phòng vẫn phục vụ và giữ lại mọi sự kiện",
    ),
    "link.loss": (
        "{percent:.0f} % of {sent} pings lost",
        "mất {percent:.0f} % trong {sent} lần ping",
    ),
    "link.trip": ("round trip {ms:.0f} ms", "đi về {ms:.0f} ms"),
    "link.no_trip": ("round trip no answer", "không có trả lời"),
    "link.why": ("{why}", "{why!t}"),
    "link.near": ("to the gateway {percent:.0f} % lost", "tới bộ định tuyến mất {percent:.0f} %"),
    "gear.silent": ("{address} does not answer", "{address} không trả lời"),
    "gear.unasked": ("{error}", "{error!t}"),
    "contact": ("{label} (BCM pin {pin})", "{label} (chân BCM {pin})"),
}
_HALL: Final = {
    "printer.paper": ("paper {paper}", "giấy: {paper!w}"),
    "printer.slip": ("{why}", "lần in gần nhất: {why!t}"),
    "sound.failed": ("{why}", "{why!t}"),
    "sound.unheard": (
        "{loud:.0f} dB while speaking, {quiet:.0f} dB before",
        "micrô đo {loud:.0f} dB khi phát, {quiet:.0f} dB trước đó",
    ),
    "sound.judged": ("said by {officer}", "theo lời {officer}"),
}
_CAMERAS: Final = {
    "camera.offline": ("{why}", "{why!t}"),
    "camera.standing": (
        "the capture time stands for {seconds} s, limit 30 s",
        "giờ chụp đứng yên {seconds} giây, ngưỡng 30 giây",
    ),
    "camera.night": ("dark outside lighting hours", "tối ngoài giờ bật đèn"),
    "camera.dark": (
        "mean {mean:.1f} (limit 12), deviation {std:.1f} (limit 6)",
        "độ sáng {mean:.1f} (ngưỡng 12), tương phản {std:.1f} (ngưỡng 6)",
    ),
    "camera.dark_light": ("the scene is faintly there: light", "còn thấy lờ mờ: do ánh sáng"),
    "camera.dark_lens": (
        "nothing of the scene: lens or sensor",
        "không thấy gì: do ống kính hoặc cảm biến",
    ),
    "camera.bright": (
        "{share:.0%} of the points above 245, limit 60 %",
        "{share:.0%} điểm ảnh quá sáng, ngưỡng 60 %",
    ),
    "camera.plain": ("deviation {std:.1f}, limit 6", "tương phản {std:.1f}, ngưỡng 6"),
    "camera.flat": (
        "{share:.0%} of the points equal, limit 95 %",
        "{share:.0%} điểm ảnh giống nhau, ngưỡng 95 %",
    ),
    "camera.unlike": (
        "likeness to the reference {peak:.2f}, limit 0.06",
        "độ giống hình chuẩn {peak:.2f}, ngưỡng 0,06",
    ),
    "camera.same": (
        "difference to the look before {diff:.3f}, limit 0.05",
        "khác hình trước {diff:.3f}, ngưỡng 0,05",
    ),
    "camera.moved": (
        "the picture moved by {right:+.1%} right, {down:+.1%} down of its width",
        "khung hình lệch {right:+.1%} sang phải, {down:+.1%} xuống dưới (theo bề rộng)",
    ),
    "camera.blurred": (
        "sharpness {share:.2f} of the reference, limit 0.40",
        "độ nét bằng {share:.2f} hình chuẩn, ngưỡng 0,40",
    ),
    "camera.together": (
        "{count} of {of} cameras together ({codes!f}): {names}",
        "{count} trong {of} camera cùng lúc ({codes!f}): {names}",
    ),
    "camera.shares": (
        "shares a fault with other cameras; see `camera`",
        "lỗi chung với các camera khác; xem mục Camera",
    ),
    "camera.rests": (
        "not looked at while the office lives by its battery",
        "không xem trong lúc văn phòng chạy ắc quy",
    ),
}
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    **_COMMON,
    **_SCREENS,
    **_PADS,
    **_POWER,
    **_CONTROLLER,
    **_NETWORK,
    **_HALL,
    **_CAMERAS,
}
