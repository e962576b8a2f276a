"""Three offices of the sizes S, M and L found in practice, with invented names and people."""

import msgspec

from motcua_contract.siteconfig import (
    Calendar,
    CounterConfig,
    Officer,
    QueuePolicy,
    RatingPolicy,
    ServiceField,
    SiteConfig,
    TicketLayout,
    VoicePolicy,
)
from motcua_edge.services.sessions_pins import hash_pin

PIN = "246810"
"""The PIN of every officer of the demo; real offices set their own."""

_FIELDS = {
    "CT": ("Chứng thực", "Certified copies", "A", 4),
    "HT": ("Hộ tịch", "Civil status", "B", 7),
    "DD": ("Đất đai", "Land", "C", 10),
    "KD": ("Đăng ký kinh doanh", "Business registration", "D", 8),
    "XD": ("Xây dựng – Đô thị", "Construction", "G", 9),
    "LD": ("Lao động – Bảo trợ xã hội", "Labour and social protection", "H", 8),
    "CU": ("Cư trú – Căn cước", "Residence and identity", "K", 6),
    "KQ": ("Trả kết quả", "Results", "T", 3),
}
_NAMES = (
    "Nguyễn Thị Hạnh",
    "Trần Văn Bình",
    "Lê Thị Thu Hà",
    "Phạm Quốc Đạt",
    "Hoàng Minh Tuệ",
    "Vũ Thị Ngọc Ánh",
    "Đặng Hữu Phước",
    "Bùi Thị Kim Oanh",
    "Đỗ Gia Huy",
    "Ngô Thị Phương Thảo",
)


class Office(msgspec.Struct, frozen=True):
    """One office of the demo: ids, size and the load it gets (tickets a day)."""

    site: str
    device: str
    size: str
    name: str
    parent: str
    counters: int
    fields: tuple[str, ...]
    tickets_a_day: int
    zones: int = 1


OFFICES = (
    Office(
        "na-son",
        "d-na-son-1",
        "S",
        "Trung tâm Phục vụ hành chính công xã Na Son",
        "XÃ NA SON",
        3,
        ("CT", "HT", "DD"),
        15,
    ),
    Office(
        "phu-lien",
        "d-phu-lien-1",
        "M",
        "Trung tâm Phục vụ hành chính công phường Phù Liễn",
        "PHƯỜNG PHÙ LIỄN",
        7,
        ("CT", "HT", "DD", "KD", "CU"),
        250,
    ),
    Office(
        "ha-noi-cn2",
        "d-ha-noi-cn2-1",
        "L",
        "Trung tâm Phục vụ hành chính công – Chi nhánh số 2",
        "THÀNH PHỐ HÀ NỘI",
        25,
        ("CT", "HT", "DD", "KD", "XD", "LD", "CU", "KQ"),
        800,
        2,
    ),
)


def _services(office: Office) -> tuple[ServiceField, ...]:
    return tuple(
        ServiceField(
            code=code,
            name=_FIELDS[code][0],
            name_en=_FIELDS[code][1],
            series=_FIELDS[code][2],
            service_minutes=_FIELDS[code][3],
            zone=_zone(office, index % office.zones),
        )
        for index, code in enumerate(office.fields)
    )


def _zone(office: Office, index: int) -> str:
    return "main" if office.zones == 1 or index == 0 else f"zone{index + 1}"


def _counters(office: Office) -> tuple[CounterConfig, ...]:
    return tuple(
        CounterConfig(
            number=n + 1,
            services=(
                office.fields[n % len(office.fields)],
                office.fields[(n + 1) % len(office.fields)],
            ),
            zone=_zone(office, n % office.zones),
        )
        for n in range(office.counters)
    )


def _officers(office: Office, pin_scrypt: str) -> tuple[Officer, ...]:
    people = tuple(
        Officer(
            id=f"cb{n + 1:02d}",
            name=_NAMES[n % len(_NAMES)],
            title="Công chức tiếp nhận",
            pin_scrypt=pin_scrypt,
            roles=("officer", "supervisor") if n == 0 else ("officer",),
        )
        for n in range(office.counters)
    )
    technician = Officer(
        id="ky-thuat",
        name="Kỹ thuật viên",
        title="Tổ hỗ trợ",
        pin_scrypt=pin_scrypt,
        roles=("technician", "supervisor"),
    )
    return (*people, technician)


def site_config(office: Office, *, pin: str = PIN, policy: QueuePolicy | None = None) -> SiteConfig:
    """The site configuration of one office, always open, with short guards for quick people."""
    return SiteConfig(
        name=office.name,
        address="Tầng 1, trụ sở UBND",
        services=_services(office),
        counters=_counters(office),
        officers=_officers(office, hash_pin(pin)),
        calendar=Calendar(always_open=True),
        queue=policy or quick_policy(),
        rating=RatingPolicy(),
        voice=VoicePolicy(repeat=1),
        ticket=TicketLayout(org_parent=office.parent, hotline="1022"),
    )


def quick_policy() -> QueuePolicy:
    """Guards in seconds that let a day pass in minutes."""
    return QueuePolicy(
        recall_after_s=1,
        miss_min_calls=1,
        miss_after_s=1,
        min_serving_s=0,
        wrap_up_s=5,
        device_cooldown_s=0,
        capacity_check=False,
    )
