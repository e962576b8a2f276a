"""What a fault is: its code, who repairs it, and what the people beside it do now."""

from enum import StrEnum

import msgspec

from motcua_contract.vocabulary import HealthState


class Responsible(StrEnum):
    """Classes of repairers (R18, R19): per site each has an ordered list of units."""

    HARDWARE = "hardware"
    SOFTWARE = "software"
    LINK = "link"
    POWER = "power"
    SECURITY = "security"


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What to do now ("làm gì bây giờ"): user text in Vietnamese (R25).

    Attributes:
        title: What is wrong, a few words.
        meaning: What it does to the office, one sentence.
        steps: What to do now, in order; the first needs no tools and no rights.
        who: Who does it, as people of an office call each other.
    """

    title: str
    meaning: str
    steps: tuple[str, ...]
    who: str


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One code of one kind of device.

    Attributes:
        device: Kind of device, as `device_kind` names it.
        code: Unique within its kind.
        state: The state a driver reports with this code when nothing says otherwise.
        responsible: Who must repair it.
        rule: When the code is told and when it ends again, in English, with thresholds and units.
        card: What to do now.
    """

    device: str
    code: str
    state: HealthState
    responsible: Responsible
    rule: str
    card: Card
