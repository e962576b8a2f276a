"""Facts of the office's power: what feeds it, how its battery was tested, how it ages."""

from typing import ClassVar

from motcua_contract.facts.base import BaseFact
from motcua_contract.vocabulary import PowerMode, SelfTest


class PowerChanged(BaseFact, frozen=True, kw_only=True):
    """What the office runs on changed; `rule` says in English why, with its figures.

    Attributes:
        mode: From here on.
        before: Until here.
        lasted_ms: How long `before` held; with `mode` mains this is the end of an outage.
        charge: Battery charge in percent; absent when the UPS does not say.
        runtime_s: What the battery still gives by the UPS's own estimate.
        load: Load in percent of what the UPS can carry.
    """

    TYPE: ClassVar[str] = "power.changed/1"
    mode: PowerMode
    before: PowerMode
    rule: str = ""
    lasted_ms: int = 0
    charge: float | None = None
    runtime_s: int | None = None
    load: float | None = None


class PowerTested(BaseFact, frozen=True, kw_only=True):
    """A battery was tested. `text` is the UPS's own word, opaque.

    `cause`: `schedule`, `asked`, `ups` (it tested itself) or `outage` (a real one that it held).
    """

    TYPE: ClassVar[str] = "power.tested/1"
    outcome: SelfTest
    cause: str
    text: str = ""


class BatteryMeasured(BaseFact, frozen=True, kw_only=True):
    """The runtime of a full battery on mains, once a day: comparable at equal load only.

    Attributes:
        load: Lower edge of the load's step of five, in percent.
        runtime_s: The UPS's estimate.
        charge: Charge in percent, at least 99.
        battery: What names the battery: its date as the UPS tells it; empty when it does not.
        share: Runtime now by the runtime when it was best, at this load; absent while learning.
    """

    TYPE: ClassVar[str] = "battery.measured/1"
    load: int
    runtime_s: int
    charge: float
    battery: str = ""
    share: float | None = None
