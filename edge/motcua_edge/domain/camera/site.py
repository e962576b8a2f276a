"""Faults that many cameras of an office have together have one cause, not one each."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from motcua_contract.sentences import say
from motcua_contract.vocabulary import HealthState
from motcua_edge.domain.camera.watch import Watch
from motcua_edge.domain.steady import OK, Reading, badness

SITE_WIDE: Final = "site_wide"
TOGETHER_MS: Final = 120_000
"""Faults that begin within so long of each other may have one cause."""
_FEWEST: Final = 2
Members = frozenset[str]


def together(watches: Mapping[str, Watch], members: Members) -> Members:
    """The cameras whose faults count as one, given those that did so far.

    It begins when a fault is told and half of the cameras or more (at least two) have been in
    trouble since about the same time; it ends when fewer than that still are.
    """
    troubled = {name: w.bad_since for name, w in watches.items() if w.bad_since is not None}
    still = members & troubled.keys()
    found = max((_since(troubled, began) for began in _told(watches)), key=len, default=frozenset())
    joined = (still | found) if _many(len(found), len(watches)) else still
    return joined if _many(len(joined), len(watches)) else frozenset()


def site_reading(watches: Mapping[str, Watch], members: Members) -> Reading:
    """How the cameras are as a whole."""
    if not members:
        return OK
    newest = [w.newest.code for name, w in watches.items() if name in members and w.newest]
    codes = Counter(code for code in newest if code)
    detail = say(
        "camera.together",
        count=len(members),
        of=len(watches),
        codes=", ".join(f"{count} camera.{code}" for code, count in codes.most_common()),
        names=", ".join(sorted(members)),
    )
    return Reading(HealthState.PROBLEM, SITE_WIDE, detail)


def camera_reading(name: str, watch: Watch, members: Members) -> Reading | None:
    """How one camera is: unknown by itself while it shares a fault with many; None: not yet."""
    if name in members:
        return Reading(HealthState.UNKNOWN, "", say("camera.shares"))
    return watch.told


def _told(watches: Mapping[str, Watch]) -> list[int]:
    return [
        watch.bad_since
        for watch in watches.values()
        if watch.bad_since is not None and watch.told is not None and badness(watch.told) > 0
    ]


def _since(troubled: Mapping[str, int], began: int) -> Members:
    return frozenset(n for n, since in troubled.items() if abs(since - began) <= TOGETHER_MS)


def _many(count: int, of: int) -> bool:
    return count >= _FEWEST and 2 * count >= of
