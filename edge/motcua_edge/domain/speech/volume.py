"""How loud, by the time of day."""

from motcua_contract.siteconfig import VoicePolicy
from motcua_edge.domain.localtime import hour_minute


def volume_db(policy: VoicePolicy, wall_ms: int) -> int:
    """Peak below full scale, in dB, at `wall_ms` (UTC ms)."""
    local = hour_minute(wall_ms)
    steps = sorted(policy.volume_steps, key=lambda step: step.at)
    reached = [step.volume_db for step in steps if step.at <= local]
    return reached[-1] if reached else policy.volume_db
