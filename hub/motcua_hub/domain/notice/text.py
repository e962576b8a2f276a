"""The text of a notice, in the style of official papers. A person may change all of it."""

from collections.abc import Iterator
from typing import Final, Protocol

import msgspec

from motcua_hub.domain.incident.vocabulary import Cause
from motcua_hub.domain.localtime import local
from motcua_hub.domain.notice.model import Outage

SURE: Final = 0.95
"""From here on a cause is told as a fact, once nobody calls it provisional."""
LIKELY: Final = 0.7
"""From here on a cause is told at all."""
NAMED: Final = 5
"""So many offices are named; of more it is said how many."""
_HUNDRED: Final = 100
_MINUTE: Final = 60_000
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR


class Say(Protocol):
    """Words by their key."""

    def __call__(self, key: str, **values: object) -> str:
        """The words, their places filled in."""


class Letterhead(msgspec.Struct, frozen=True, kw_only=True):
    """Who signs. All of it is configuration: bodies and numbers change."""

    authority: str = ""
    """The body above, such as the people's committee of the province."""
    unit: str
    place: str = ""
    contact: str = ""
    signer_title: str = ""
    mark: str = "TB"
    """What follows the number: `12/TB-TTPVHCC`."""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """Title and text; paragraphs are lines."""

    title: str
    body: str


def moment(say: Say, ms: int) -> str:
    """A time as official papers write it: `08 giờ 15 phút, ngày 23/11/2026`."""
    when = local(ms)
    return say("notice.moment", gio=f"{when:%H}", phut=f"{when:%M}", ngay=f"{when:%d/%m/%Y}")


def length(say: Say, ms: int) -> str:
    """A length of time in days, hours and minutes; what is less than a minute counts as one."""
    minutes = max(1, -(-max(ms, 0) // _MINUTE))
    days, rest = divmod(minutes, _DAY // _MINUTE)
    hours, minutes = divmod(rest, _HOUR // _MINUTE)
    parts = (("days", days), ("hours", hours), ("minutes", minutes))
    return " ".join(say(f"notice.length.{name}", n=n) for name, n in parts if n)


def cause(say: Say, outage: Outage) -> str:
    """Why, no surer than the evidence: a fact, a first finding with its confidence, or unknown."""
    confidence = outage.confidence or 0.0
    if outage.cause is Cause.UNKNOWN or confidence < LIKELY:
        return say("notice.cause.unknown")
    words = say(f"notice.cause.{outage.cause.value}")
    if outage.provisional or confidence < SURE:
        share = int(confidence * _HUNDRED)
        return say("notice.cause.first", nguyen_nhan=words, tin_cay=share)
    return words


def affected(say: Say, outage: Outage) -> str:
    """Where: the offices by name, the first few of many; all of them when none is named."""
    if not outage.sites:
        return say("notice.affected.all")
    named = ", ".join(outage.sites[:NAMED])
    more = len(outage.sites) - NAMED
    return say("notice.affected.more", diem=named, n=more) if more > 0 else named


def _interruption(say: Say, outage: Outage, head: Letterhead) -> Iterator[str]:
    yield say(
        "notice.says",
        don_vi=head.unit,
        luc=moment(say, outage.since),
        he_thong=outage.system,
        nguyen_nhan=cause(say, outage),
    )
    if outage.force_majeure:
        yield say("notice.force_majeure")
    yield say("notice.affected", pham_vi=affected(say, outage))
    yield say("notice.workaround", phuong_an=outage.workaround or say("notice.workaround.none"))
    if outage.carrier_case:
        yield say("notice.carrier", so=outage.carrier_case)
    if outage.expected is None:
        yield say("notice.expected.unknown")
    else:
        yield say("notice.expected", luc=moment(say, outage.expected))
    if head.contact:
        yield say("notice.contact", lien_he=head.contact)
    yield say("notice.request")


def interruption(say: Say, outage: Outage, head: Letterhead) -> Draft:
    """The first notice: what, where, since when, why, until when, what to do meanwhile."""
    return Draft(
        title=say("notice.title.interruption", he_thong=outage.system),
        body="\n".join(_interruption(say, outage, head)),
    )


def restoration(say: Say, outage: Outage, head: Letterhead, first: str) -> Draft:
    """The second notice; `first` names the one before it, such as `12/TB`.

    Raises:
        ValueError: The outage is not over.
    """
    if outage.until is None:
        msg = f"incident {outage.incident} is not over"
        raise ValueError(msg)
    lines = [
        say(
            "notice.restored.says",
            don_vi=head.unit,
            he_thong=outage.system,
            luc=moment(say, outage.until),
            thoi_gian=length(say, outage.until - outage.since),
        ),
        say("notice.restored.cause", nguyen_nhan=cause(say, outage)),
        say("notice.restored.first", so=first, luc=moment(say, outage.since)),
    ]
    if head.contact:
        lines.append(say("notice.contact", lien_he=head.contact))
    return Draft(
        title=say("notice.title.restoration", he_thong=outage.system), body="\n".join(lines)
    )
