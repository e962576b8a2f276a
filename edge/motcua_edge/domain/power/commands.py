"""What the power service records."""

from motcua_contract.vocabulary import PowerMode, SelfTest
from motcua_edge.domain.commands import Command


class RecordPower(Command, frozen=True, kw_only=True):
    """What the office runs on; refused as `no_change` when it is known already."""

    mode: PowerMode
    rule: str = ""
    charge: float | None = None
    runtime_s: int | None = None
    load: float | None = None


class RecordPowerTest(Command, frozen=True, kw_only=True):
    """A battery was tested; `cause` is `schedule`, `asked`, `ups` or `outage`."""

    outcome: SelfTest
    cause: str
    text: str = ""


class RecordBattery(Command, frozen=True, kw_only=True):
    """The day's runtime of a full battery; `load` in percent, `battery` names it by its date."""

    load: float
    runtime_s: int
    charge: float
    battery: str = ""
