"""What a rule looks at: the state, the site's configuration and the time."""

import msgspec

from motcua_contract.facts import Fact
from motcua_contract.siteconfig import QueuePolicy, SiteConfig
from motcua_edge.domain.model import Instant, OfficeState

Facts = list[Fact]


class Situation(msgspec.Struct, frozen=True):
    """All that a decision may depend on."""

    state: OfficeState
    site: SiteConfig
    now: Instant

    @property
    def policy(self) -> QueuePolicy:
        """The rules of the line."""
        return self.site.queue

    def elapsed(self, since: int) -> int | None:
        """Milliseconds since a past moment; None when the clock went back behind it.

        A guard that waits for time to pass must not wait for hours because a clock was put right.
        """
        passed = self.now.wall - since
        return passed if passed >= 0 else None

    def younger_than(self, since: int, seconds: int) -> bool:
        """Whether less than `seconds` passed; False when that cannot be known."""
        passed = self.elapsed(since)
        return passed is not None and passed < seconds * 1000
