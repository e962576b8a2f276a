"""The power service and its UPS, from their section of the configuration."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path

import msgspec

from motcua_edge.config import UpsLogin, UpsSection
from motcua_edge.domain.power.machine import Policy
from motcua_edge.drivers.ups import NutUps, SystemPrograms
from motcua_edge.journal import Opened
from motcua_edge.services.devices import Backoff, Supervised
from motcua_edge.services.health import HealthBook
from motcua_edge.services.office import OfficeService
from motcua_edge.services.power import PowerService, PowerSettings
from motcua_edge.services.power.service import UPS

STOP_REASON = "ups"
"""Why the program ends, in the journal and in its goodbye, when the battery does."""

_LINGER_S = 60.0
LAST_WORD_S = 1.0
"""Pages and hub hear why, before nobody answers them any more."""


class UpsParts(msgspec.Struct, frozen=True, kw_only=True):
    """What the agent needs of the power service.

    Attributes:
        driver: The supervised service; `driver.run` is to be run as a task.
        battery_ends: Waits until the machine must be switched off; `ends`: whether it must.
        switch_off: The very last act, after the journal is closed; waits for the machine's end,
            which sets the event that it is given. The command's exit code.
        self_test: Tests the battery; its outcome in words, or a RuntimeError that says why not.
        numbers: What the UPS measures, for the hub's charts.
        counts: These, and figures of our own work, for metrics.
    """

    driver: Supervised
    battery_ends: Callable[[], Awaitable[bool]]
    ends: Callable[[], bool]
    switch_off: Callable[[asyncio.Event], Coroutine[None, None, int]]
    self_test: Callable[[], Awaitable[str]]
    numbers: Callable[[], dict[str, float]]
    counts: Callable[[], dict[str, float]]


class UpsConfigError(ValueError):
    """The section cannot be used; says what to do."""


def mains_was_lost(opened: Opened, office: OfficeService) -> bool:
    """Whether the last process ended with the mains: at once, or by its battery."""
    return opened.unclean or office.state.office.power.stopped_for == STOP_REASON


def build_ups(
    section: UpsSection | None, office: OfficeService, health: HealthBook, opened: Opened
) -> UpsParts | None:
    """Everything of the UPS; None for an office without one."""
    if section is None:
        return None
    halted = not opened.same_boot or office.state.office.power.stopped_for == STOP_REASON
    service = PowerService(
        office=office,
        ups=NutUps(
            section.name,
            section.host,
            section.port,
            login=_login(section.login),
            timeout_s=section.timeout_s,
        ),
        reporter=health,
        programs=SystemPrograms(),
        settings=_settings(section),
        gated=halted,
    )
    return UpsParts(
        driver=Supervised(
            UPS, service.run, health, lambda: office.now().mono, Backoff(longest_s=15.0)
        ),
        battery_ends=service.battery_ends.wait,
        ends=service.battery_ends.is_set,
        switch_off=service.switch_off,
        self_test=service.self_test,
        numbers=service.numbers,
        counts=service.counts,
    )


def _settings(section: UpsSection) -> PowerSettings:
    policy = Policy(
        shed_after_ms=round(section.shed_after_s * 1000),
        min_charge=section.min_charge,
        min_runtime_s=section.min_runtime_s,
        stop_s=section.halt_s,
        gate_charge=section.charge_gate,
    )
    return PowerSettings(
        policy=policy,
        every_s=section.every_s,
        wary_s=section.wary_s,
        test_every_days=section.test_every_days,
        shutdown=section.shutdown,
        linger_s=_LINGER_S + 3 * section.halt_s,
        restart_driver=section.restart_driver,
        clear_latch=section.clear_latch,
    )


def _login(login: UpsLogin | None) -> tuple[str, str] | None:
    if login is None:
        return None
    try:
        password = Path(login.password_file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{login.password_file}: {error}; [ups.login] password_file must be readable"
        raise UpsConfigError(msg) from error
    words = (login.user, password)
    if any(not word.isascii() or not word.isprintable() or " " in word for word in words):
        msg = "[ups.login] user and password are single words of printable ASCII, as in upsd.users"
        raise UpsConfigError(msg)
    return words
