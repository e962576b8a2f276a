"""A site's commands for the page."""

from collections.abc import Iterable, Sequence

import msgspec

from motcua_contract.faults import device_kind
from motcua_hub.domain.commands import Given, Standing, standing
from motcua_hub.domain.link import Link

_STATES = {
    Standing.WAITING: "info",
    Standing.SENT: "info",
    Standing.DONE: "ok",
    Standing.FAILED: "critical",
    Standing.UNSENT: "problem",
    Standing.UNANSWERED: "unknown",
}


class CommandLine(msgspec.Struct, frozen=True, kw_only=True):
    """One command and how it stands. `look` is the CSS class of its state."""

    given: Given
    standing: Standing
    look: str

    @property
    def wanted(self) -> str:
        """Its arguments in one line."""
        return " · ".join(self.given.arguments[key] for key in sorted(self.given.arguments))


class CommandsView(msgspec.Struct, frozen=True, kw_only=True):
    """The page: `components` of the site by kind, `lines` newest first."""

    now: int
    site: str
    name: str
    link: Link
    components: tuple[str, ...]
    lines: tuple[CommandLine, ...]

    def of(self, *kinds: str) -> tuple[str, ...]:
        """The site's components of these kinds; all of them when none is named."""
        return tuple(c for c in self.components if not kinds or device_kind(c) in kinds)


def build(
    *,
    site: str,
    name: str,
    link: Link,
    components: Iterable[str],
    given: Sequence[Given],
    now: int,
) -> CommandsView:
    """The page's content at `now` (UTC ms)."""
    return CommandsView(
        now=now,
        site=site,
        name=name,
        link=link,
        components=tuple(sorted(set(components))),
        lines=tuple(_line(each, now) for each in given),
    )


def _line(given: Given, now: int) -> CommandLine:
    stands = standing(given, now)
    return CommandLine(given=given, standing=stands, look=_STATES[stands])
