"""What holds of the power's state machine whatever the UPS says, at whatever pace."""

from hypothesis import given, settings
from hypothesis import strategies as st

from motcua_contract.vocabulary import PowerMode
from motcua_edge.domain.power.machine import Machine, low_rule, step
from motcua_edge.domain.power.readings import NoReading, UpsReading, read
from support.ups import POLICY

TOKENS = (
    *("OL", "OB", "LB", "RB", "CAL", "TEST", "OFF"),
    *("BYPASS", "OVER", "FSD", "CHRG", "WAIT", "ALARM", "NEW"),
)
M = PowerMode
FIGURES = st.sampled_from(["", "0", "20", "31", "39", "41", "100", "junk"])


@st.composite
def looks(draw: st.DrawFn) -> UpsReading | NoReading:
    if draw(st.integers(0, 7)) == 0:
        return NoReading("silent")
    status = draw(st.sampled_from(["OL", "OB", "OL", "OB", "OL CHRG", "OB LB", "FSD OL", "OFF"]))
    more = draw(st.lists(st.sampled_from(TOKENS), max_size=2))
    return read(
        {
            "ups.status": " ".join([status, *more]),
            "battery.charge": draw(FIGURES),
            "battery.runtime": draw(st.sampled_from(["", "10", "179", "1800"])),
            "input.voltage": draw(st.sampled_from(["", "0", "230"])),
            "ups.test.result": draw(st.sampled_from(["", "In progress", "Done and passed"])),
        }
    )


PACES = st.sampled_from([0, 200, 1_000, 2_000, 5_000, 20_000, 90_000])
RUNS = st.lists(st.tuples(looks(), PACES, st.integers(1, 4)), max_size=40)


def played(run: list[tuple[UpsReading | NoReading, int, int]], *, armed: bool):
    """Each look with its time, and the machine before and after it."""
    machine, mono = Machine(armed=armed), 1_000
    for look, pace, times in run:
        for _ in range(times):
            mono += pace
            before, machine = machine, step(machine, look, mono, POLICY)
            yield mono, look, before, machine


@settings(max_examples=400, deadline=None)
@given(RUNS, st.booleans())
def test_the_office_is_shut_only_on_battery_and_only_with_a_reason(run, armed: bool):
    seen: list[tuple[int, UpsReading | NoReading]] = []
    for mono, look, before, machine in played(run, armed=armed):
        seen.append((mono, look))
        if before.mode is PowerMode.CRITICAL or machine.mode is not PowerMode.CRITICAL:
            continue
        valid = [each for _, each in seen if isinstance(each, UpsReading)]
        if isinstance(look, NoReading):
            assert before.mode in (PowerMode.BATTERY, PowerMode.SHEDDING)
            last = max(at for at, each in seen if isinstance(each, UpsReading))
            assert mono - last >= POLICY.lost_battery_ms
        elif "FSD" in look.tokens:
            assert all(each.on_battery for each in valid[-2:])
        else:
            assert len(valid) >= 3
            assert all(each.on_battery for each in valid[-2:])
            assert all(low_rule(each, POLICY) for each in valid[-2:])


@settings(max_examples=400, deadline=None)
@given(RUNS, st.booleans())
def test_nothing_that_was_not_said_twice_is_believed(run, armed: bool):
    seen: list[UpsReading] = []
    for mono, look, before, machine in played(run, armed=armed):
        if isinstance(look, UpsReading):
            seen.append(look)
        if machine.mode is before.mode:
            continue
        if machine.mode in (PowerMode.MAINS, PowerMode.CHARGING):
            assert len(seen) >= 2
            assert isinstance(look, UpsReading)
        if machine.mode is PowerMode.BATTERY:
            assert [each.on_battery for each in seen[-2:]] == [True, True]
            assert mono - machine.battery.since >= POLICY.confirm_ms
        if machine.mode is PowerMode.UNKNOWN:
            assert isinstance(look, NoReading)


@settings(max_examples=400, deadline=None)
@given(RUNS, st.booleans())
def test_modes_follow_each_other_as_they_may(run, armed: bool):
    may = {
        M.UNKNOWN: {M.MAINS, M.CHARGING, M.BATTERY, M.SHEDDING, M.CRITICAL},
        M.MAINS: {M.UNKNOWN, M.BATTERY, M.SHEDDING, M.CRITICAL},
        M.CHARGING: {M.UNKNOWN, M.MAINS, M.BATTERY, M.SHEDDING, M.CRITICAL},
        M.BATTERY: {M.MAINS, M.CHARGING, M.SHEDDING, M.CRITICAL},
        M.SHEDDING: {M.MAINS, M.CHARGING, M.CRITICAL},
        M.CRITICAL: set(),
    }
    for _, _, before, machine in played(run, armed=armed):
        assert machine.mode is before.mode or machine.mode in may[before.mode]
        if machine.mode is not before.mode:
            assert machine.rule
        assert armed or machine.mode is not M.CHARGING
        assert machine.mode is not M.CHARGING or machine.armed


@settings(max_examples=200, deadline=None)
@given(RUNS)
def test_a_minute_of_silence_leaves_nothing_that_looks_well(run):
    steps = list(played(run, armed=False))
    mono, machine = (steps[-1][0], steps[-1][3]) if steps else (1_000, Machine())
    for _ in range(31):
        mono += 2_000
        machine = step(machine, NoReading("silent"), mono, POLICY)
    assert machine.mode in (PowerMode.UNKNOWN, PowerMode.CRITICAL)
