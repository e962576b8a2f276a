"""The state machine of the office's power: looks at the UPS in, what to live by out.

Time is the boot-time clock in ms, an argument of every step. The rules, in the order they bite:

* A reading that says OB counts as battery, except during a test or calibration of a UPS whose
  input voltage is there.
* Battery is believed after `confirm_looks` looks in a row over at least `confirm_ms`, mains after
  `confirm_looks` looks.
* Critical only on battery: after `critical_looks` looks, with LB or charge or runtime at its limit
  in two looks in a row; or FSD; or no answer for `lost_battery_ms`. Never by LB alone. Critical
  stays: a shutdown that has begun is not taken back.
* Without any answer for `lost_mains_ms` nothing is known any more.
"""

from typing import Final

import msgspec

from motcua_contract.sentences import say
from motcua_contract.vocabulary import PowerMode
from motcua_edge.domain.power.readings import NoReading, UpsReading

_LOW_LOOKS: Final = 2
"""Figures jump when the inverter takes over: one look below a limit proves nothing."""
_PLAUSIBLE_LOW: Final = 50.0
_LONGEST_GAP_MS: Final = 15_000
"""Time that nobody looked is not counted for what must last."""


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """Limits of the state machine; times in ms unless the name says seconds."""

    confirm_looks: int = 2
    confirm_ms: int = 2_000
    shed_after_ms: int = 30_000
    critical_looks: int = 3
    min_charge: float = 30.0
    charge_margin: float = 10.0
    min_runtime_s: int = 180
    stop_s: float = 60.0
    """Measured: from the decision until the machine is off. Three times that must be left."""
    lost_mains_ms: int = 60_000
    lost_battery_ms: int = 15_000
    gate_charge: float = 40.0
    """0 for no gate."""
    gate_longest_ms: int = 3_600_000
    gate_within_ms: int = 600_000
    """A UPS that is first heard of later than this finds an office at work, and the gate open."""
    test_volts: float = 50.0
    test_longest_ms: int = 900_000
    """A test of a UPS that does not tell its input voltage is believed for so long."""
    replace_ms: int = 600_000
    latched_ms: int = 30_000


class Run(msgspec.Struct, frozen=True):
    """Looks in a row that said the same, the first at `since`."""

    looks: int = 0
    since: int = 0

    def more(self, mono: int) -> "Run":
        """One look longer."""
        return Run(self.looks + 1, self.since if self.looks else mono)


class Flag(msgspec.Struct, frozen=True):
    """Something that must be seen, and be gone, `confirm_looks` looks in a row."""

    on: bool = False
    against: int = 0

    def look(self, *, seen: bool, needed: int) -> "Flag":
        """After one more look."""
        if seen == self.on:
            return Flag(self.on)
        against = self.against + 1
        return Flag(seen) if against >= needed else Flag(self.on, against)


class Lasting(msgspec.Struct, frozen=True):
    """Something that must be seen, and be gone, for a time of looks; `at` is the last look."""

    on: bool = False
    against_ms: int | None = None
    at: int = 0

    def look(self, mono: int, *, seen: bool, needed_ms: int) -> "Lasting":
        """After one more look; the time since the last one counts only up to a bound."""
        if seen == self.on:
            return Lasting(self.on)
        if self.against_ms is None:
            return Lasting(self.on, 0, mono)
        against = self.against_ms + min(mono - self.at, _LONGEST_GAP_MS)
        return Lasting(seen) if against >= needed_ms else Lasting(self.on, against, mono)


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is known.

    Attributes:
        mode, rule: What the office lives by, and in English why.
        battery, mains: Looks in a row on battery and on mains.
        low: Looks in a row on battery with something at its limit.
        seen_at: When the last valid answer came; `began_at`: the first look of all.
        last: The last valid answer, None when it is too old to mean anything.
        test_since: Since when the UPS says that it tests itself.
        unprotected, overload, replace: Lasting troubles.
        latched_since, latched: FSD on mains: since when, and for so long that it is a fault.
        armed: The charge gate is still to be passed; `gate_since`: when it was first found shut.
    """

    mode: PowerMode = PowerMode.UNKNOWN
    rule: str = ""
    battery: Run = Run()
    mains: Run = Run()
    low: int = 0
    seen_at: int | None = None
    began_at: int | None = None
    last: UpsReading | None = None
    test_since: int | None = None
    unprotected: Flag = Flag()
    overload: Flag = Flag()
    replace: Lasting = Lasting()
    latched_since: int | None = None
    latched: bool = False
    armed: bool = False
    gate_since: int | None = None

    @property
    def wary(self) -> bool:
        """Whether the next look should come sooner."""
        return self.battery.looks > 0 or self.mode.on_battery


def step(
    machine: Machine,
    look: UpsReading | NoReading,
    mono: int,
    policy: Policy,
    *,
    testing: bool = False,
) -> Machine:
    """After one look at `mono`; `testing` while a self-test that we asked for is under way."""
    began = mono if machine.began_at is None else machine.began_at
    machine = _with(machine, began_at=began)
    if isinstance(look, NoReading):
        return _silent(machine, look, mono, policy)
    machine = _tested(machine, look, mono, testing=testing)
    discharging = look.on_battery and not _on_purpose(machine, look, mono, policy)
    machine = _with(machine, seen_at=mono, last=look)
    machine = _troubles(machine, look, mono, policy)
    return _discharging(machine, look, mono, policy) if discharging else _fed(machine, mono, policy)


def _with(machine: Machine, **changes: object) -> Machine:
    return msgspec.structs.replace(machine, **changes)


def _become(machine: Machine, mode: PowerMode, rule: str) -> Machine:
    """Another mode; what is critical stays so."""
    if machine.mode in (mode, PowerMode.CRITICAL):
        return machine
    return _with(machine, mode=mode, rule=rule)


# ---- silence ----


def _silent(machine: Machine, look: NoReading, mono: int, policy: Policy) -> Machine:
    silent = mono - _last_word(machine, mono)
    if machine.mode.on_battery:
        if silent >= policy.lost_battery_ms:
            rule = say("ups.silent_on_battery", seconds=silent // 1000, cause=look.cause)
            return _become(machine, PowerMode.CRITICAL, rule)
        return _shed_if_due(machine, mono, policy)
    patience = policy.lost_battery_ms if machine.battery.looks else policy.lost_mains_ms
    if silent < patience:
        return machine
    rule = say("ups.silent", seconds=silent // 1000, cause=look.cause)
    if machine.mode is PowerMode.UNKNOWN:
        return _with(machine, rule=rule)
    forgotten = _with(machine, battery=Run(), mains=Run(), low=0, last=None)
    return _become(forgotten, PowerMode.UNKNOWN, rule)


def _last_word(machine: Machine, mono: int) -> int:
    if machine.seen_at is not None:
        return machine.seen_at
    return mono if machine.began_at is None else machine.began_at


def silence_ms(machine: Machine, mono: int) -> int:
    """How long the UPS has said nothing valid, ms."""
    return mono - _last_word(machine, mono)


# ---- tests ----


def _tested(machine: Machine, look: UpsReading, mono: int, *, testing: bool) -> Machine:
    if not (testing or look.testing):
        return _with(machine, test_since=None)
    return machine if machine.test_since is not None else _with(machine, test_since=mono)


def _on_purpose(machine: Machine, look: UpsReading, mono: int, policy: Policy) -> bool:
    """Whether OB is a test's doing: mains is there, or nobody knows and it is not for long."""
    if machine.test_since is None or machine.mode.on_battery:
        return False
    if look.input_v is not None:
        return look.input_v >= policy.test_volts
    return mono - machine.test_since < policy.test_longest_ms


# ---- battery ----


def _discharging(machine: Machine, look: UpsReading, mono: int, policy: Policy) -> Machine:
    why = low_rule(look, policy)
    machine = _with(
        machine,
        battery=_longer(machine, mono),
        mains=Run(),
        low=machine.low + 1 if why else 0,
    )
    run = machine.battery
    if run.looks < policy.confirm_looks or mono - run.since < policy.confirm_ms:
        return machine
    if "FSD" in look.tokens:
        return _become(machine, PowerMode.CRITICAL, say("ups.fsd"))
    if run.looks >= policy.critical_looks and machine.low >= _LOW_LOOKS:
        return _become(machine, PowerMode.CRITICAL, why)
    if not machine.mode.on_battery:
        rule = say("ups.ob", looks=run.looks, seconds=(mono - run.since) / 1000)
        machine = _become(machine, PowerMode.BATTERY, rule)
    return _shed_if_due(machine, mono, policy)


def _longer(machine: Machine, mono: int) -> Run:
    """A single look on mains does not begin an outage anew."""
    run = machine.battery
    return Run(run.looks + 1, run.since) if machine.mode.on_battery else run.more(mono)


def _shed_if_due(machine: Machine, mono: int, policy: Policy) -> Machine:
    on_battery_ms = mono - machine.battery.since
    if machine.mode is not PowerMode.BATTERY or on_battery_ms < policy.shed_after_ms:
        return machine
    rule = say("ups.on_battery", seconds=on_battery_ms // 1000)
    return _become(machine, PowerMode.SHEDDING, rule)


def low_rule(look: UpsReading, policy: Policy) -> str:
    """What is at its limit on battery; empty when nothing is."""
    if "LB" in look.tokens:
        return say("ups.low_lb")
    charge, runtime = charge_limit(look, policy), runtime_limit(policy)
    if look.charge is not None and look.charge <= charge:
        return say("ups.low_charge", charge=look.charge, limit=charge)
    if look.runtime_s is not None and look.runtime_s <= runtime:
        return say("ups.low_runtime", seconds=look.runtime_s, limit=runtime)
    return ""


def charge_limit(look: UpsReading, policy: Policy) -> float:
    """Percent. A limit of the UPS's own beyond all reason is a wrong setting and not believed."""
    own = look.charge_low
    if own is None or own > _PLAUSIBLE_LOW:
        return policy.min_charge
    return max(policy.min_charge, own + policy.charge_margin)


def runtime_limit(policy: Policy) -> float:
    """Seconds."""
    return max(float(policy.min_runtime_s), 3 * policy.stop_s)


# ---- mains ----


def _fed(machine: Machine, mono: int, policy: Policy) -> Machine:
    interrupted = Run(0, machine.battery.since)
    machine = _with(machine, mains=machine.mains.more(mono), battery=interrupted, low=0)
    if machine.mains.looks < policy.confirm_looks:
        return machine
    if machine.armed:
        machine = _at_gate(machine, mono, policy)
    if machine.armed:
        return _become(machine, PowerMode.CHARGING, _gate_rule(machine, policy))
    return _become(machine, PowerMode.MAINS, say("ups.ol", looks=machine.mains.looks))


def _at_gate(machine: Machine, mono: int, policy: Policy) -> Machine:
    """Open the gate when there is enough charge, when nobody knows, or when it took too long."""
    charge = machine.last.charge if machine.last else None
    since = mono if machine.gate_since is None else machine.gate_since
    late = machine.gate_since is None and mono - (machine.began_at or 0) > policy.gate_within_ms
    enough = late or charge is None or charge >= policy.gate_charge
    if enough or mono - since >= policy.gate_longest_ms:
        return _with(machine, armed=False)
    return _with(machine, gate_since=since)


def _gate_rule(machine: Machine, policy: Policy) -> str:
    charge = machine.last.charge if machine.last else None
    return say("ups.gate", charge=charge or 0, limit=policy.gate_charge)


# ---- lasting troubles ----


def _troubles(machine: Machine, look: UpsReading, mono: int, policy: Policy) -> Machine:
    calm = not look.on_battery and not look.testing
    latched = None
    if "FSD" in look.tokens and not look.on_battery:
        latched = mono if machine.latched_since is None else machine.latched_since
    machine = _with(
        machine,
        overload=machine.overload.look(seen="OVER" in look.tokens, needed=policy.confirm_looks),
        latched_since=latched,
        latched=latched is not None and mono - latched >= policy.latched_ms,
    )
    if not look.testing:
        # a self-test shows as OFF on some models
        flag = machine.unprotected.look(seen=look.unprotected, needed=policy.confirm_looks)
        machine = _with(machine, unprotected=flag)
    if not calm:
        return machine
    replace = machine.replace.look(mono, seen="RB" in look.tokens, needed_ms=policy.replace_ms)
    return _with(machine, replace=replace)
