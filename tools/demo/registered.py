"""What people of the demo's province have written down of their offices' devices."""

from collections.abc import Iterator

from demo.camera import NAME as CAMERA
from demo.devices import PAD
from demo.stack import SiteStack

Row = dict[str, str]


def devices_of(site: SiteStack) -> Iterator[Row]:
    """Fields of the registry's form, one device after the other."""
    yield _row("slip_printer", "printer", "Máy in phiếu", "Máy lấy số")
    yield _row("announcer", "announcer", "Loa gọi số", "Sảnh")
    if site.ups is not None:
        yield _row("ups", "ups", "Bộ lưu điện", "Tủ thiết bị")
    if site.camera is not None:
        yield _row("camera", f"camera-{CAMERA}", "Camera sảnh", "Sảnh")
    if site.devices is not None:
        yield _row("display", "display", "Màn hình sảnh", "Sảnh")
        yield _row("kiosk", "kiosk", "Máy lấy số", "Cửa vào")
        yield _row("lan", "gear-switch", "Bộ chia mạng", "Tủ thiết bị")
        if site.devices.pad is not None:
            yield _row("pad", PAD, "Nút đánh giá quầy 1", "Quầy 1")


def _row(kind: str, component: str, name: str, place: str) -> Row:
    return {"kind": kind, "component": component, "name": name, "place": place}
