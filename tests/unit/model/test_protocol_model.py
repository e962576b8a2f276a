"""The protocol keeps its invariants in every reachable state; broken variants of it do not.

The figures printed (pytest -s) are the states explored. The bounds are small, so that all of this
takes seconds; every shape of failure is here: power cut, old card, clone, lost hub, forged ack.
"""

import pytest

from support.protocol_model import Left, Rules, explore

SCENARIOS = {
    "power cuts": Left(commits=2, cuts=1, hellos=1, backups=1),
    "an old card restored": Left(commits=2, copies=1, restores=1, hellos=1),
    "a clone": Left(commits=3, copies=1, clones=1),
    "a clone and a power cut": Left(commits=2, copies=1, clones=1, cuts=1),
    "a hub restored from its backup": Left(commits=2, hellos=1, backups=1, hub_restores=1),
    "a hub restored between hellos": Left(commits=1, hellos=2, backups=1, hub_restores=1),
    "a hub restored from an older backup": Left(commits=2, hellos=1, backups=1, hub_losses=1),
    "a forged acknowledgement": Left(commits=2, forgeries=1, hellos=1, backups=1),
}
HEALED = {
    "power cuts": Left(commits=2, cuts=1),
    "an old card restored": Left(commits=2, copies=1, restores=1),
    "a clone": Left(commits=2, copies=1, clones=1),
    "a hub restored": Left(commits=1, hellos=1, backups=1, hub_restores=1),
    "a hub restored from an older backup": Left(commits=1, hellos=1, backups=1, hub_losses=1),
    "a forged acknowledgement": Left(commits=2, forgeries=1),
}
BROKEN = {
    "the epoch is stored and the card restored": (
        Rules(new_jid_at_start=False),
        Left(commits=2, copies=1, restores=1),
        "I2",
    ),
    "the epoch is stored and the card cloned": (
        Rules(new_jid_at_start=False),
        Left(commits=3, copies=1, clones=1),
        "I2",
    ),
    "an acknowledgement needs no tag": (
        Rules(tag_checked=False),
        Left(commits=1, forgeries=1),
        "I4",
    ),
    "PUBACK is taken for delivery": (Rules(purge_needs_ack=False), Left(commits=1), "I5"),
    "what is acknowledged is deleted before it is safe": (
        Rules(purge_needs_safe=False),
        Left(commits=1, backups=1, hub_restores=1),
        "I5",
    ),
    "the hub takes a batch after a gap": (
        Rules(gap_refused=False),
        Left(commits=2, backups=1, hub_restores=1),
        "I3",
    ),
    "the hub skips a gap silently": (
        Rules(gap_declared=False),
        Left(commits=1, hellos=1, backups=1, hub_losses=1),
        "I3",
    ),
    "a resume does not take acknowledgements back": (
        Rules(resume_rewinds=False),
        Left(commits=1, hub_restores=1),
        "U3",
    ),
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_reachable_state_keeps_the_invariants(name: str):
    result = explore(SCENARIOS[name])
    print(f"{name}: {result.states} states")  # noqa: T201  the figure is the point
    assert result.violation is None
    assert result.states > 500


@pytest.mark.parametrize("name", HEALED)
def test_every_reachable_state_heals_to_a_complete_hub(name: str):
    result = explore(HEALED[name], healing=True)
    print(f"{name}, healed: {result.states} states")  # noqa: T201
    assert result.violation is None


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_protocol_is_caught(name: str):
    rules, left, invariant = BROKEN[name]
    violation = explore(left, rules, healing=invariant == "U3").violation
    assert violation is not None
    assert violation.name.startswith(invariant)
    assert 1 <= len(violation.trace) <= 12
    assert explore(left, healing=invariant == "U3").violation is None
