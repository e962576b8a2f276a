"""What of the power service can be set at an office."""

import msgspec

from motcua_edge.domain.power.machine import Policy


class PowerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Paces in seconds, limits, and programs as argument lists (empty for none).

    Attributes:
        policy: Limits of the state machine.
        every_s: Between looks; `wary_s`: while something is wrong with the mains.
        test_every_days: Between scheduled self-tests; 0 for none.
        shutdown: What switches the machine off; the very last thing that is done.
        linger_s: How long the program then waits to be ended with the machine.
        restart_driver: What restarts the UPS's driver when it went silent.
        clear_latch: What restarts upsd when it holds an old FSD on mains.
        program_s: What any of these may take.
    """

    policy: Policy = Policy()
    every_s: float = 2.0
    wary_s: float = 1.0
    test_every_days: int = 30
    shutdown: tuple[str, ...] = ()
    linger_s: float = 150.0
    restart_driver: tuple[str, ...] = ()
    clear_latch: tuple[str, ...] = ()
    program_s: float = 30.0
