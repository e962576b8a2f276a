"""What a province writes down before it can be told anything: units, contacts, routes, targets.

Everything goes in through the hub's API, as another program of the province would do it.
"""

from typing import Any, Final

from demo.api import Api

SERVER: Final = "may-chu-mot-cua"
BEGINS: Final = "2026-01-01"
_UNITS: Final = (
    # name, short name, class that it repairs, people in the order of being told
    (
        "Trung tâm Chuyển đổi số tỉnh",
        "TT CĐS",
        "software",
        (("Nguyễn Thị Hoa", "truc-phan-mem@cds.invalid", "0912000001"),),
    ),
    (
        "Ban Quản lý dự án hạ tầng công nghệ thông tin",
        "Ban HT",
        "hardware",
        (
            ("Trần Văn Bình", "phan-cung-1@hatang.invalid", "0912000002"),
            ("Lê Thị Mai", "phan-cung-2@hatang.invalid", "0912000003"),
        ),
    ),
    (
        "Viễn thông tỉnh",
        "VT tỉnh",
        "link",
        (("Phạm Quốc Hùng", "truc-duong-truyen@vienthong.invalid", "0912000004"),),
    ),
    (
        "Điện lực tỉnh",
        "Điện lực",
        "power",
        (("Đỗ Minh Đức", "truc@dienluc.invalid", "0912000005"),),
    ),
    (
        "Phòng An ninh mạng",
        "An ninh mạng",
        "security",
        (("Vũ Thu Hà", "truc@anninhmang.invalid", "0912000006"),),
    ),
)
_SUPPORT: Final = ("Tổ giúp việc ứng dụng CNTT", "Tổ CNTT", "to-giup-viec@{site}.invalid")


def fill(api: Api, sites: dict[str, str], server_port: int, **times: int) -> None:
    """Write a whole province down. `sites` are names by id."""
    for name, short, responsible, people in _UNITS:
        unit = _unit(api, name, short, people)
        api.post("/directory/routes", _route(2, unit, responsible))
    for site, title in sites.items():
        name, short, address = _SUPPORT
        people = ((f"Trực {short}", address.format(site=site), ""),)
        unit = _unit(api, f"{name} – {title}", short, people)
        api.post("/directory/routes", {**_route(1, unit, ""), "site": site})
    watch_server(api, server_port, **times)


def _unit(api: Api, name: str, short: str, people: tuple[tuple[str, str, str], ...]) -> int:
    unit = int(api.post("/directory/units", {"name": name, "short": short, "begins": BEGINS})["id"])
    for position, (person, mail, phone) in enumerate(people, 1):
        channels = [["email", mail], *([["sms", phone]] if phone else [])]
        contact = {"unit": unit, "position": position, "name": person, "begins": BEGINS}
        phones = [phone] if phone else []
        api.post("/directory/contacts", {**contact, "channels": channels, "phones": phones})
    return unit


def _route(tier: int, unit: int, responsible: str) -> dict[str, Any]:
    return {"tier": tier, "unit": unit, "responsible": responsible, "begins": BEGINS}


def watch_server(api: Api, port: int, **times: int) -> None:
    """Let the hub probe the province's one-stop server. `times` are ms of the probe."""
    body = {"name": "Hệ thống một cửa điện tử", "kind": "server"}
    api.put(f"/targets/{SERVER}", body)
    asked = {"kind": "http", "host": "127.0.0.1", "port": port, "expect_body": "mot cua"}
    spec = {"target": SERVER, **asked, "interval": 5_000, "retry": 1_000, **times}
    api.post(f"/targets/{SERVER}/probes", {"vantage": "hub", "spec": spec})
