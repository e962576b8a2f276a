"""Incarnations of a site's journal: who followed whom, and the signs of clones and restores."""

import re
from collections.abc import Sequence

from motcua_contract.facts import Fact
from motcua_contract.facts.office import JournalStarted
from motcua_contract.identity import HEX16_PATTERN
from motcua_hub.ingest.messages import Work
from motcua_hub.projections import rebuild_site
from motcua_hub.store import streams
from motcua_hub.store.incidents import Kind, raise_incident
from motcua_hub.store.streams import Origin, Stream


def origin_of(fact: Fact | str | None) -> Origin:
    """What an incarnation's first fact tells of where it came from."""
    if not isinstance(fact, JournalStarted):
        return Origin()
    parent = fact.parent_jid
    if parent is not None and not re.fullmatch(HEX16_PATTERN, parent):
        parent = None
    return Origin(
        parent_jid=parent,
        parent_last_seq=max(0, fact.parent_last_seq),
        boot=fact.boot,
        hw=fact.hardware,
    )


def meet(work: Work, site: str, jid: str, origin: Origin) -> Stream:
    """Make an incarnation known and look at its family."""
    stream = streams.open_stream(work.connection, site, jid, origin, work.now)
    _settle(work, stream)
    _suspect(work, stream)
    return stream


def news(stream: Stream, origin: Origin) -> dict[str, object]:
    """What `origin` tells that was not known of an incarnation when it was first met."""
    changes: dict[str, object] = {}
    if origin.parent_jid is not None and stream.parent_jid is None:
        changes = {"parent_jid": origin.parent_jid, "parent_last_seq": origin.parent_last_seq}
    if origin.boot and not stream.boot:
        changes["boot"] = origin.boot
    if origin.hw and not stream.hw:
        changes["hw"] = origin.hw
    return changes


def learn(work: Work, stream: Stream, origin: Origin) -> Stream:
    """Add what was not known of an incarnation when it was first met."""
    changes = news(stream, origin)
    if not changes:
        return stream
    learnt = streams.change(work.connection, stream, **changes)
    if "parent_jid" in changes:
        learnt = _replant(work, learnt)
    _suspect(work, learnt)
    return learnt


def _replant(work: Work, stream: Stream) -> Stream:
    """Move a stream below a parent that was learnt late; what was folded in is folded again."""
    parent = streams.load(work.connection, stream.site, stream.parent_jid or "")
    if parent is None or parent.depth < stream.depth:
        return stream
    moved = streams.change(work.connection, stream, depth=parent.depth + 1)
    streams.sink(work.connection, moved)
    rebuild_site(work.connection, stream.site, work.now)
    return moved


def _settle(work: Work, stream: Stream) -> None:
    """A new link may join two families met apart: put children below it."""
    if streams.sink(work.connection, stream):
        rebuild_site(work.connection, stream.site, work.now)


def _hardware(*family: Stream) -> str:
    return "; ".join(f"jid {each.jid} on hardware {each.hw or 'unknown'}" for each in family)


def _suspect(work: Work, stream: Stream) -> None:
    """Look for a sibling, and for a parent that went on after this incarnation began."""
    if stream.parent_jid is None:
        return
    parent = streams.load(work.connection, stream.site, stream.parent_jid)
    if parent is not None:
        check_end(work, parent, stream)
    for sibling in streams.children(work.connection, stream.site, stream.parent_jid):
        if sibling.jid != stream.jid:
            kind = Kind.ROLLED_BACK if sibling.hw == stream.hw else Kind.DUPLICATE_IDENTITY
            detail = f"both follow jid {stream.parent_jid}: {_hardware(sibling, stream)}"
            _raise(work, stream, kind, detail)


def _raise(work: Work, stream: Stream, kind: Kind, detail: str) -> None:
    raise_incident(work.connection, stream.site, kind, work.now, subject=stream.jid, detail=detail)


def check_end(work: Work, parent: Stream, child: Stream) -> None:
    """Raise an incident when more of `parent` is held than its child knew of."""
    if child.parent_last_seq >= parent.have:
        return
    detail = (
        f"began after row {child.parent_last_seq} of its parent, of which {parent.have} are held: "
        f"{_hardware(parent, child)}"
    )
    _raise(work, child, Kind.ROLLED_BACK, detail)


def check_children(work: Work, grown: Sequence[Stream]) -> None:
    """After streams grew: did anybody begin before the end of one?"""
    parents = {(stream.site, stream.jid): stream for stream in grown}
    for child in streams.children_of(work.connection, list(parents)):
        check_end(work, parents[child.site, child.parent_jid or ""], child)


def both_alive(work: Work, back: Stream, other: Stream | None) -> None:
    """An incarnation that had been replaced speaks as the current one again."""
    family = (back,) if other is None else (back, other)
    _raise(work, back, Kind.DUPLICATE_IDENTITY, f"alive at once: {_hardware(*family)}")
