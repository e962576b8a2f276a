"""How loud, by the time of day."""

from typing import Final

from motcua_contract.siteconfig import VoicePolicy
from motcua_edge.domain.localtime import hour_minute

SHED_DB: Final = 9
"""How much lower on battery: a third of the sound pressure, an eighth of the power."""
_LOWEST_DB: Final = -40


def volume_db(policy: VoicePolicy, wall_ms: int, *, sheds: bool = False) -> int:
    """Peak below full scale, in dB, at `wall_ms` (UTC ms); lower while load is shed."""
    normal = _by_the_clock(policy, wall_ms)
    return max(_LOWEST_DB, normal - SHED_DB) if sheds else normal


def _by_the_clock(policy: VoicePolicy, wall_ms: int) -> int:
    local = hour_minute(wall_ms)
    steps = sorted(policy.volume_steps, key=lambda step: step.at)
    reached = [step.volume_db for step in steps if step.at <= local]
    return reached[-1] if reached else policy.volume_db
