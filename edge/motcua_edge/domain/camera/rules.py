"""What is wrong with a camera's picture: one look judged. Thresholds of a luma of 320 x 180."""

from collections.abc import Callable
from typing import Final

import msgspec

from motcua_contract.sentences import joined, say
from motcua_contract.vocabulary import HealthState
from motcua_edge.domain.camera.look import WIDTH, Look
from motcua_edge.domain.steady import OK, Reading

OFFLINE: Final = "offline"
FROZEN: Final = "frozen"
DARK: Final = "dark"
COVERED: Final = "covered"
BLURRED: Final = "blurred"
MOVED: Final = "moved"
OVEREXPOSED: Final = "overexposed"

LOOKS: Final = {OFFLINE: 3, FROZEN: 6, DARK: 6, OVEREXPOSED: 6, COVERED: 6, MOVED: 6, BLURRED: 12}
"""Looks in a row before a fault is told, and before its end is."""
STANDS_MS: Final = 30_000
"""A capture time that stands for so long is a frozen picture."""

_DARK_MEAN: Final = 12.0
_NO_CONTRAST: Final = 6.0
_SAME_DIFF: Final = 0.05
_FLAT: Final = 0.95
_NOTHING_ALIKE: Final = 0.06
_BRIGHT: Final = 0.60
_SURE_PEAK: Final = 0.20
_SHIFT: Final = 0.03 * WIDTH
_BLURRED: Final = 0.40
_LIKE_LIGHT: Final = 2.5


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What a look is judged against.

    Attributes:
        lit: Whether it is within lighting hours.
        sharpness: The reference's, see `Look.sharpness`; None while there is none.
        std: The reference's contrast; None while there is none.
        stands_ms: How long the capture time has not changed.
    """

    lit: bool = True
    sharpness: float | None = None
    std: float | None = None
    stands_ms: int = 0


def judge(look: Look, known: Known) -> Reading:
    """The first fault that holds, or OK.

    The order goes from what spoils every other measure to what needs a good picture: a black or
    white picture has no noise left that could differ, and only a sharp view can be recognised.
    """
    return next((found for rule in _RULES if (found := rule(look, known))), OK)


def looks_needed(reading: Reading, known: Known) -> int:
    """How many looks in a row must say so before this reading is told."""
    if reading.code == FROZEN and known.stands_ms >= STANDS_MS:
        return 1  # the rule has waited already
    return LOOKS.get(reading.code, 1)


def is_black(look: Look) -> bool:
    """Whether the picture shows nothing for want of light."""
    return look.mean < _DARK_MEAN and look.std < _NO_CONTRAST


def offline(why: str) -> Reading:
    """No picture at all."""
    return Reading(HealthState.PROBLEM, OFFLINE, say("camera.offline", why=why))


def _standing(_look: Look, known: Known) -> Reading | None:
    if known.stands_ms < STANDS_MS:
        return None
    return Reading(
        HealthState.PROBLEM,
        FROZEN,
        say("camera.standing", seconds=known.stands_ms // 1000),
    )


def _dark(look: Look, known: Known) -> Reading | None:
    if not is_black(look):
        return None
    if not known.lit:
        return Reading(HealthState.OK, "", say("camera.night"))
    numbers = say("camera.dark", mean=look.mean, std=look.std)
    if look.peak is None:
        return Reading(HealthState.PROBLEM, DARK, numbers)
    seen = look.peak >= _NOTHING_ALIKE
    cause = say("camera.dark_light") if seen else say("camera.dark_lens")
    return Reading(HealthState.PROBLEM, DARK, joined(numbers, cause))


def _overexposed(look: Look, _known: Known) -> Reading | None:
    if look.bright <= _BRIGHT:
        return None
    return Reading(HealthState.PROBLEM, OVEREXPOSED, say("camera.bright", share=look.bright))


def _covered(look: Look, _known: Known) -> Reading | None:
    if look.mean < _DARK_MEAN:
        return None
    if look.std < _NO_CONTRAST:
        return Reading(HealthState.PROBLEM, COVERED, say("camera.plain", std=look.std))
    if look.flat > _FLAT:
        return Reading(HealthState.PROBLEM, COVERED, say("camera.flat", share=look.flat))
    if look.peak is not None and look.peak < _NOTHING_ALIKE:
        return Reading(HealthState.PROBLEM, COVERED, say("camera.unlike", peak=look.peak))
    return None


def _frozen(look: Look, _known: Known) -> Reading | None:
    # without contrast there is no noise to tell a living picture by
    if look.diff is None or look.diff > _SAME_DIFF or look.std < _NO_CONTRAST:
        return None
    return Reading(HealthState.PROBLEM, FROZEN, say("camera.same", diff=look.diff))


def _moved(look: Look, _known: Known) -> Reading | None:
    if look.peak is None or look.dx is None or look.dy is None or look.peak < _SURE_PEAK:
        return None
    if max(abs(look.dx), abs(look.dy)) < _SHIFT:
        return None
    x, y = look.dx / WIDTH, look.dy / WIDTH
    return Reading(
        HealthState.PROBLEM,
        MOVED,
        say("camera.moved", right=x, down=y),
    )


def _blurred(look: Look, known: Known) -> Reading | None:
    if not known.sharpness or look.std < _NO_CONTRAST:
        return None
    if known.std and not known.std / _LIKE_LIGHT <= look.std <= known.std * _LIKE_LIGHT:
        return None  # in much less light a sensor's noise alone looks sharp
    share = look.sharpness / known.sharpness
    if share >= _BLURRED:
        return None
    return Reading(HealthState.PROBLEM, BLURRED, say("camera.blurred", share=share))


_RULES: Final[tuple[Callable[[Look, Known], Reading | None], ...]] = (
    _standing,
    _dark,
    _overexposed,
    _covered,
    _frozen,
    _moved,
    _blurred,
)
