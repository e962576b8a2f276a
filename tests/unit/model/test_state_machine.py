"""The real journal, the real sender and a hub, pushed around by Hypothesis.

It commits, loses power, goes back to old cards, clones, delays, doubles, drops and reorders
messages, restores the hub, forges. Copies must agree at every moment; after everything works
again for a while, the hub must have all that is on any card, once, and declare what is lost.
"""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from support.protocol_hubs import Hub, RealHub, Reference
from support.protocol_world import World, forged

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Power cuts are faked by copies, so nothing here needs a real disk."""
picks = st.integers(min_value=0, max_value=10_000)


class Protocol(RuleBasedStateMachine):
    """Rules are what can happen; subclasses bring the hub."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(dir=MEMORY)
        folder = Path(self._folder.name)
        self.world = World(folder, self.hub(folder))

    def hub(self, folder: Path) -> Hub:
        raise NotImplementedError

    def _machine(self, pick: int) -> int:
        return pick % len(self.world.machines)

    @rule(pick=picks, count=st.integers(min_value=1, max_value=6))
    def commit(self, pick: int, count: int) -> None:
        self.world.machines[self._machine(pick)].commit(count, self.world.now)
        self.world.note()

    @rule(pick=picks)
    def speak(self, pick: int) -> None:
        self.world.speak(self._machine(pick))

    @precondition(lambda self: self.world.up)
    @rule(pick=picks, keep=st.booleans())
    def hub_hears(self, pick: int, keep: bool) -> None:
        self.world.deliver_up(pick % len(self.world.up), keep=keep)

    @precondition(lambda self: self.world.down)
    @rule(pick=picks, keep=st.booleans())
    def edge_hears(self, pick: int, keep: bool) -> None:
        self.world.deliver_down(pick % len(self.world.down), keep=keep)

    @precondition(lambda self: self.world.up)
    @rule(pick=picks)
    def lose_up(self, pick: int) -> None:
        self.world.up.pop(pick % len(self.world.up))

    @precondition(lambda self: self.world.down)
    @rule(pick=picks)
    def lose_down(self, pick: int) -> None:
        self.world.down.pop(pick % len(self.world.down))

    @rule()
    def flow(self) -> None:
        """A moment in which everything works, so that runs get somewhere."""
        for index in range(len(self.world.machines)):
            self.world.speak(index)
        while self.world.up:
            self.world.deliver_up(0, keep=False)
        while self.world.down:
            self.world.deliver_down(0, keep=False)

    @rule(ms=st.sampled_from([100, 5_000, 12_000, 400_000]))
    def wait(self, ms: int) -> None:
        self.world.now += ms

    @rule(pick=picks)
    def reconnect(self, pick: int) -> None:
        self.world.reconnect(self._machine(pick))

    @rule(pick=picks)
    def power_cut(self, pick: int) -> None:
        self.world.power_cut(self._machine(pick))

    @rule(pick=picks)
    def take_image(self, pick: int) -> None:
        self.world.take_image(self._machine(pick))

    @rule(pick=picks)
    def restore_image(self, pick: int) -> None:
        self.world.restore_image(self._machine(pick))

    @rule()
    def clone(self) -> None:
        self.world.clone()

    @rule(pick=picks)
    def purge(self, pick: int) -> None:
        self.world.machines[self._machine(pick)].purge()

    @rule()
    def hub_backup(self) -> None:
        self.world.hub.backup()

    @rule()
    def hub_restore(self) -> None:
        self.world.hub.restore()

    @rule(pick=picks, upto=st.integers(min_value=1, max_value=30))
    def forge(self, pick: int, upto: int) -> None:
        jid = self.world.machines[self._machine(pick)].store.jid
        self.world.down.append(forged(jid, upto))

    @invariant()
    def acknowledged_was_held(self) -> None:
        self.world.check()

    def teardown(self) -> None:
        try:
            self.world.heal()
            self.world.check()
            self.world.check_healed()
        finally:
            self.world.close()
            self._folder.cleanup()


class WithReference(Protocol):
    """Against the specification's hub: quick, so it runs longest."""

    def hub(self, folder: Path) -> Hub:  # noqa: ARG002
        return Reference()


class WithRealHub(Protocol):
    """Against the hub's own receiver, backup and restore."""

    def hub(self, folder: Path) -> Hub:
        return RealHub(folder)


_CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
TestWithReference = WithReference.TestCase
TestWithReference.settings = settings(
    max_examples=15, stateful_step_count=30, deadline=None, suppress_health_check=_CHECKS
)
TestWithRealHub = WithRealHub.TestCase
TestWithRealHub.settings = settings(
    max_examples=6, stateful_step_count=20, deadline=None, suppress_health_check=_CHECKS
)
