"""Is a site reachable? A pure function of what was heard and one `now`."""

from enum import StrEnum
from typing import Final

from motcua_contract.messages import LinkState

REPORT_MS: Final = 60_000
"""Sites say their numbers once a minute, so silence shows soon."""
SUSPECT_MS: Final = 2 * REPORT_MS + REPORT_MS // 2
OFFLINE_MS: Final = 3 * REPORT_MS


class Link(StrEnum):
    """What the hub knows of a site's link."""

    UNKNOWN = "unknown"
    ONLINE = "online"
    SUSPECT = "suspect"
    OFFLINE = "offline"
    STOPPED = "stopped"


def link_state(
    status: str | None, status_at: int | None, last_seen_at: int | None, now: int
) -> Link:
    """The state now: missing is `unknown`, a will is `suspect` for 3 minutes, then `offline`.

    Anything heard after the will counts: the data is the proof.
    """
    heard = max(last_seen_at or 0, status_at or 0)
    if status is None or not heard:
        return Link.UNKNOWN
    if status == LinkState.STOPPED:
        return Link.STOPPED
    said_offline = status == LinkState.OFFLINE and (last_seen_at or 0) <= (status_at or 0)
    silence = now - heard
    if said_offline:
        return Link.OFFLINE if silence >= OFFLINE_MS else Link.SUSPECT
    if silence >= OFFLINE_MS + SUSPECT_MS:
        return Link.OFFLINE
    return Link.SUSPECT if silence >= SUSPECT_MS else Link.ONLINE


def supersedes(state: str, session: str, at: int, known: tuple[str | None, int | None]) -> bool:
    """Whether a status message counts. `known` is the session on record and its own time.

    Only the current session may say that it ended; a will of a session the hub has not met counts
    when that session began after the one on record (its birth was missed).
    """
    known_session, known_at = known
    if state == LinkState.ONLINE or known_session is None or session == known_session:
        return True
    return at > 0 and known_at is not None and at > known_at
