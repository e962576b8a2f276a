"""The chimes, made of sines: a rising one for a call, a falling one for a repeated call."""

import math
from array import array
from typing import Final

from motcua_edge.drivers.voice.sound import PEAK, RATE, Sound, join, normalised, silence

Tones = tuple[float, ...]
"""Pitches in Hz, one after the other; none is no chime."""
CALL: Final[Tones] = (880.0, 1174.7, 1568.0)
RECALL: Final[Tones] = (1174.7, 880.0)
_TONE_MS: Final = 260
_ATTACK_MS: Final = 8
_TAIL_MS: Final = 250


def chime(tones: Tones, peak_db: float) -> Sound:
    """Tones one after the other like struck bars, then a short silence; nothing for no tones."""
    if not tones:
        return Sound(b"")
    struck = join(_bar(tone) for tone in tones)
    return join([normalised(struck, peak_db), silence(_TAIL_MS)])


def _bar(hertz: float) -> Sound:
    """One tone that starts at once (no click) and dies away."""
    attack = RATE * _ATTACK_MS // 1000
    count = RATE * _TONE_MS // 1000
    turn = 2 * math.pi * hertz / RATE
    return Sound(
        array(
            "h",
            [
                int(PEAK * 0.9 * min(1.0, i / attack) * (1 - i / count) ** 2 * math.sin(turn * i))
                for i in range(count)
            ],
        ).tobytes()
    )
