"""Counters, officers and the browsers paired with counters."""

from typing import Any

from motcua_contract.facts import office as facts
from motcua_contract.vocabulary import CounterState
from motcua_edge.domain.folding.edits import replace
from motcua_edge.domain.folding.registry import Registry
from motcua_edge.domain.model import Counter, Device, Instant, OfficeState


def register(registry: Registry) -> None:
    """This family's facts."""
    registry.on(facts.OfficerLoggedIn, _logged_in)
    registry.on(facts.OfficerLoggedOut, _logged_out)
    registry.on(facts.CounterChanged, _changed)
    registry.on(facts.OfficerLocked, _locked)
    registry.on(facts.DevicePaired, _paired)
    registry.on(facts.DeviceUnpaired, _unpaired)


def _edited(
    state: OfficeState,
    number: int,
    at: Instant,
    /,
    **changes: Any,  # noqa: ANN401
) -> OfficeState:
    known = state.counters.get(str(number)) or Counter(number=number)
    counter = replace(known, **changes, since=at.wall, version=known.version + 1)
    return replace(state, counters={**state.counters, str(number): counter})


def _logged_in(state: OfficeState, fact: facts.OfficerLoggedIn, at: Instant) -> OfficeState:
    return _edited(
        state,
        fact.counter,
        at,
        state=CounterState.OPEN,
        officer=fact.officer,
        device=fact.device,
        reason="",
        back_at=None,
    )


def _logged_out(state: OfficeState, fact: facts.OfficerLoggedOut, at: Instant) -> OfficeState:
    return _edited(
        state,
        fact.counter,
        at,
        state=CounterState.CLOSED,
        officer=None,
        device=None,
        reason="",
        back_at=None,
    )


def _changed(state: OfficeState, fact: facts.CounterChanged, at: Instant) -> OfficeState:
    return _edited(
        state, fact.counter, at, state=fact.state, reason=fact.reason, back_at=fact.back_at
    )


def _with_device(state: OfficeState, device: Device) -> OfficeState:
    return replace(state, devices={**state.devices, device.id: device})


def _locked(state: OfficeState, fact: facts.OfficerLocked, _at: Instant) -> OfficeState:
    device = state.devices.get(fact.device)
    if device is None:
        return state
    return _with_device(state, replace(device, locked={**device.locked, fact.officer: fact.until}))


def _paired(state: OfficeState, fact: facts.DevicePaired, at: Instant) -> OfficeState:
    device = Device(
        id=fact.device,
        counter=fact.counter,
        token_sha256=fact.token_sha256,
        paired_at=at.wall,
    )
    return _with_device(state, device)


def _unpaired(state: OfficeState, fact: facts.DeviceUnpaired, _at: Instant) -> OfficeState:
    return replace(state, devices={k: d for k, d in state.devices.items() if k != fact.device})
