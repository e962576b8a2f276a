"""A hello: what the site still has, answered with what is held."""

from sqlalchemy import func, select

from motcua_contract.messages import (
    Floor,
    Hello,
    MessageError,
    Resume,
    StreamHave,
    StreamState,
    decode,
)
from motcua_contract.topics import Up, up
from motcua_hub.domain import clock
from motcua_hub.domain.envelope import SAFE_MS
from motcua_hub.ingest import clocks, family
from motcua_hub.ingest.messages import Work
from motcua_hub.ingest.poison import keep_poison
from motcua_hub.store import schema, streams
from motcua_hub.store.incidents import Kind, raise_incident
from motcua_hub.store.sites import set_live
from motcua_hub.store.streams import Origin, Stream


def _checked(payload: bytes) -> Hello:
    """The hello, if it makes sense; MessageError otherwise."""
    hello = decode(Hello, payload)
    if b"\\u0000" in payload:
        msg = "Hello: a text holds a NUL character"
        raise MessageError(msg)
    if abs(hello.now_mono) > SAFE_MS or abs(hello.now_wall) > SAFE_MS:
        msg = "Hello: a time is out of range"
        raise MessageError(msg)
    for stream in hello.streams:
        if stream.first_available > stream.last + 1:
            msg = f"Hello: {stream.jid} begins at {stream.first_available}, after {stream.last}"
            raise MessageError(msg)
    return hello


def take_hello(work: Work, site: str, payload: bytes) -> Resume | None:
    """Take in a hello; None when it is malformed (it is kept). The site is locked."""
    try:
        hello = _checked(payload)
    except MessageError as fault:
        keep_poison(work, site, up(site, Up.HELLO), payload, str(fault))
        return None
    known = streams.load_many(work.connection, [(site, each.jid) for each in hello.streams])
    held = [
        _reconcile(work, site, hello, each, known.get((site, each.jid))) for each in hello.streams
    ]
    _take_turns(work, site, hello)
    _fit_clock(work, site, hello)
    _tell(work, site, hello)
    return Resume(
        nonce=hello.nonce,
        streams=[StreamHave(jid=s.jid, have=s.have, tag=s.tag, safe=s.safe) for s in held],
        hub_time=work.now,
        floor=_floor(work, site, hello.business_day),
        generation=work.generation,
        credit=work.credit,
    )


def _reconcile(
    work: Work, site: str, hello: Hello, told: StreamState, known: Stream | None
) -> Stream:
    current = told.jid == hello.jid
    origin = Origin(
        parent_jid=told.parent_jid,
        parent_last_seq=told.parent_last_seq,
        boot=hello.boot if current else "",
        hw=hello.hw if current else "",
    )
    if known is None:
        stream = family.meet(work, site, told.jid, origin)
    else:
        stream = family.learn(work, known, origin)
    if told.first_available > stream.have + 1:
        stream = _declare_gap(work, stream, told.first_available - 1)
    return stream


def _declare_gap(work: Work, stream: Stream, last: int) -> Stream:
    """Rows that the site purged and the hub does not hold: say exactly which, and go on."""
    first = stream.have + 1
    work.connection.execute(
        schema.gap.insert().values(
            site=stream.site, jid=stream.jid, first=first, last=last, declared_at=work.now
        )
    )
    detail = f"rows {first} to {last} of jid {stream.jid} are lost: neither side holds them"
    subject = f"{stream.jid}/{first}"
    raise_incident(work.connection, stream.site, Kind.GAP, work.now, subject=subject, detail=detail)
    work.tally.gaps += 1
    return streams.change(work.connection, stream, have=last, digest=None)


def _take_turns(work: Work, site: str, hello: Hello) -> None:
    """One incarnation is current at a time; one that comes back after its turn is a clone."""
    live = schema.site_live
    before = work.connection.scalar(select(live.c.jid).where(live.c.site == site))
    mine = streams.load(work.connection, site, hello.jid)
    if mine is None:
        mine = family.meet(work, site, hello.jid, Origin(boot=hello.boot, hw=hello.hw))
    streams.change(work.connection, mine, last_seen=work.now)
    if before is None or before == hello.jid:
        return
    other = streams.load(work.connection, site, before)
    if mine.replaced_at is not None:
        family.both_alive(work, mine, other)
    if other is not None:
        streams.change(work.connection, other, replaced_at=work.now)


def _fit_clock(work: Work, site: str, hello: Hello) -> None:
    told = clock.sample(hello.clock, hello.now_mono, hello.now_wall)
    boot = (site, hello.boot)
    fit = told or clock.received(hello.now_mono, work.now)
    clocks.refit(work.connection, [boot], {boot: fit})


def _tell(work: Work, site: str, hello: Hello) -> None:
    set_live(
        work.connection,
        site,
        jid=hello.jid,
        hw=hello.hw[:200],
        device=hello.device,
        boot=hello.boot,
        clock=hello.clock.value,
        business_day=hello.business_day[:10],
        free_bytes=max(0, min(hello.free_bytes, SAFE_MS)),
        last_hello_at=work.now,
        last_seen_at=work.now,
    )


def _floor(work: Work, site: str, day: str) -> Floor | None:
    """The highest numbers of the newest day known to either side (I7 after a restored card)."""
    table = schema.series_high
    newest = work.connection.scalar(select(func.max(table.c.day)).where(table.c.site == site))
    chosen = max(day, newest or "")
    if not chosen:
        return None
    query = select(table.c.series, table.c.last).where(table.c.site == site, table.c.day == chosen)
    rows = work.connection.execute(query).mappings()
    numbers = {row["series"]: row["last"] for row in rows}
    return Floor(business_day=chosen, series=numbers)
