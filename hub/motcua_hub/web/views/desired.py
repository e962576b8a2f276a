"""What a site should run beside what it runs."""

import msgspec

from motcua_contract.desired import ConfigState
from motcua_hub.store.desired import Desired, Reported

_LOOKS = {"applied": "ok", "refused": "problem", "waiting": "info"}


class DesiredView(msgspec.Struct, frozen=True, kw_only=True):
    """`standing` is `applied`, `refused` or `waiting`; `running` 0: none. Times are UTC ms."""

    version: int
    made_at: int
    running: int = 0
    at: int | None = None
    standing: str = "waiting"
    error: str = ""

    @property
    def look(self) -> str:
        """How the state is shown."""
        return _LOOKS[self.standing]


def desired_view(both: tuple[Desired, Reported | None] | None) -> DesiredView | None:
    """None when nothing was ever wanted. A word on an older version says nothing of this one."""
    if both is None:
        return None
    wanted, told = both
    if told is None:
        return DesiredView(version=wanted.version, made_at=wanted.made_at)
    return DesiredView(
        version=wanted.version,
        made_at=wanted.made_at,
        running=told.running,
        at=told.at,
        standing=_standing(wanted, told),
        error=told.error if told.version == wanted.version else "",
    )


def _standing(wanted: Desired, told: Reported) -> str:
    if told.running == wanted.version:
        return "applied"
    refused = told.version == wanted.version and told.state == ConfigState.REFUSED
    return "refused" if refused else "waiting"
