"""One wall anchor per run: samples go by the monotonic clock (R5)."""

from motcua_probes.clock import Anchor
from support.probing import Hands


def test_times_go_by_the_monotonic_clock() -> None:
    clock = Hands()
    anchor = Anchor(clock)
    clock.passed(30_000, wall=31_500)
    assert anchor.checked() is None
    assert (anchor.at(1_000), anchor.now()) == (500_000, 530_000)


def test_a_step_is_told_with_both_reckonings_and_begins_a_run() -> None:
    clock = Hands()
    anchor = Anchor(clock)
    run = anchor.run
    clock.passed(10_000, wall=10_000 - 2_001)
    step = anchor.checked()
    assert step is not None
    assert (step.before, step.at, step.by) == (510_000, 507_999, -2_001)
    assert step.run == anchor.run != run
    assert (anchor.checked(), anchor.now()) == (None, 507_999)


def test_small_steps_cannot_add_up_unseen() -> None:
    clock = Hands()
    anchor = Anchor(clock)
    steps = []
    for _ in range(5):
        clock.passed(1_000, wall=1_600)
        steps.append(anchor.checked())
    assert [each is not None for each in steps] == [False, False, False, True, False]
