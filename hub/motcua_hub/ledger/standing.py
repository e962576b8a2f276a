"""Words of offices that stand although nothing newer came: for what is now, never for figures.

An office says at once what its probes find anew, and otherwise everything every five minutes. So
between two reports an office that is in touch, and says nothing, has found nothing new. What is
shown and told *now* may rest on that; a figure waits for the report, and says unknown until then.
"""

from typing import Final

from sqlalchemy import Connection, select

from motcua_contract.facts.evidence import REPORT_MS, TICK_MS
from motcua_hub.domain.availability.evidence import Evidence, Rank
from motcua_hub.domain.link import Link, link_state
from motcua_hub.ledger.claims import OpenClaim, as_evidence
from motcua_hub.store import schema

LATEST_MS: Final = REPORT_MS + 2 * TICK_MS
"""A report that is late by two ticks is missing: the office's word falls silent."""


class Standing:
    """Whose word stands at `now` (UTC ms); the offices are read once."""

    def __init__(self, connection: Connection, now: int) -> None:
        live = schema.site_live
        query = select(live.c.site, live.c.status, live.c.status_at, live.c.last_seen_at)
        self._now = now
        self._in_touch = {
            row.site
            for row in connection.execute(query)
            if link_state(row.status, row.status_at, row.last_seen_at, now) is Link.ONLINE
        }

    def beyond(self, claim: OpenClaim) -> Evidence | None:
        """What the claim says of the time behind its horizon; None when it says nothing."""
        if claim.rank != Rank.PROBE or claim.vantage not in self._in_touch:
            return None
        begin = claim.until + claim.horizon
        end = min(self._now, begin + LATEST_MS)
        return as_evidence(claim, (begin, end), self._now) if begin < end else None
