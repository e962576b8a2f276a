"""What a site says of itself outside the journal: status, about, health, numbers, configuration.

None of it is answered and none of it waits for the journal's backlog.
"""

from collections.abc import Callable
from typing import Final

import msgspec
from sqlalchemy import delete, select

from motcua_contract.commands import DATA_MAX
from motcua_contract.messages import (
    About,
    ConfigReported,
    Health,
    LinkState,
    MessageError,
    Metrics,
    Reply,
    Status,
    decode,
)
from motcua_contract.topics import Up
from motcua_hub.domain.inspection import INT_LIMIT
from motcua_hub.domain.link import supersedes
from motcua_hub.ingest.messages import Incoming, Work
from motcua_hub.ingest.poison import keep_poison
from motcua_hub.store import commands, desired, schema
from motcua_hub.store.health import keep_report
from motcua_hub.store.numbers import keep_numbers
from motcua_hub.store.sites import set_live


def take_report(work: Work, said: Incoming) -> None:
    """Take in one report; a malformed one is kept and counted. The site is locked."""
    if not said.payload:
        _forget(work, said)
        return
    try:
        _refuse_nul(said.payload)
        _TAKERS[said.kind](work, said)
    except MessageError as fault:
        keep_poison(work, said.site, said.topic, said.payload, str(fault))


def _refuse_nul(payload: bytes) -> None:
    if b"\\u0000" in payload:
        msg = "a text holds a NUL character"
        raise MessageError(msg)


def _forget(work: Work, said: Incoming) -> None:
    """A retained message was cleared: a component that is no more."""
    table = schema.health_report
    if said.kind is Up.HEALTH:
        work.connection.execute(
            delete(table).where(table.c.site == said.site, table.c.component == said.component)
        )


def _seen(said: Incoming) -> dict[str, int]:
    """That the site lives, unless the broker only remembers the message."""
    return {} if said.retained else {"last_seen_at": said.at}


def _status(work: Work, said: Incoming) -> None:
    status = decode(Status, said.payload)
    live = schema.site_live
    query = select(live.c.session, live.c.status_edge_at, live.c.status, live.c.last_seen_at)
    found = work.connection.execute(query.where(live.c.site == said.site)).one()
    session, at, state, heard = found
    if said.retained and (session, state) == (status.session, status.state):
        return
    if not supersedes(status.state, status.session, status.at, (session, at)):
        return
    _note_word(work, said, status, heard)
    seen = _seen(said) if status.state is LinkState.ONLINE else {}
    set_live(
        work.connection,
        said.site,
        status=status.state.value,
        status_at=said.at,
        status_edge_at=status.at,
        status_why=status.why[:1000],
        session=status.session,
        boot=status.boot,
        **seen,
    )


def _note_word(work: Work, said: Incoming, status: Status, heard: int | None) -> None:
    """The ledger judges links from these, in its own time."""
    work.connection.execute(
        schema.link_word.insert().values(
            site=said.site,
            at=said.at,
            state=status.state.value,
            session=status.session[:128],
            boot=status.boot[:128],
            why=status.why[:200],
            retained=said.retained,
            heard_at=heard,
        )
    )


def _about(work: Work, said: Incoming) -> None:
    about = msgspec.json.encode(decode(About, said.payload)).decode()
    set_live(work.connection, said.site, about=about, about_at=said.at)


def _health(work: Work, said: Incoming) -> None:
    health = decode(Health, said.payload)
    if health.component != said.component:
        msg = f"Health: component {health.component!r} on the topic of {said.component!r}"
        raise MessageError(msg)
    keep_report(work.connection, said.site, health, _heard_at(said, health))
    if not said.retained:
        set_live(work.connection, said.site, **_seen(said))


def _heard_at(said: Incoming, health: Health) -> int:
    """When it was said: what the broker remembers may be old, and late data is no news."""
    return min(said.at, health.at) if said.retained and health.at > 0 else said.at


def _metrics(work: Work, said: Incoming) -> None:
    said_now = decode(Metrics, said.payload)
    keep_numbers(work.connection, said.site, said_now.values, said.at)
    numbers = msgspec.json.encode(said_now).decode()
    set_live(work.connection, said.site, metrics=numbers, metrics_at=said.at, last_seen_at=said.at)


def _config(work: Work, said: Incoming) -> None:
    reported = decode(ConfigReported, said.payload)
    if not (0 <= reported.version <= INT_LIMIT and 0 <= reported.running <= INT_LIMIT):
        msg = f"ConfigReported: version {reported.version} or {reported.running} is out of range"
        raise MessageError(msg)
    desired.keep_report(work.connection, said.site, reported, said.at)
    set_live(
        work.connection,
        said.site,
        config_version=reported.version,
        config_state=reported.state[:200],
        config_error=reported.error[:4000],
        **_seen(said),
    )


def _reply(work: Work, said: Incoming) -> None:
    """What came of a command; whatever it says, it shows that the site lives."""
    reply = decode(Reply, said.payload)
    commands.end(
        work.connection,
        said.site,
        reply.correlation,
        said.at,
        ok=reply.ok,
        detail=reply.detail,
        media=reply.media,
        data=reply.data[:DATA_MAX],
    )
    set_live(work.connection, said.site, last_seen_at=said.at)


_TAKERS: Final[dict[Up, Callable[[Work, Incoming], None]]] = {
    Up.STATUS: _status,
    Up.ABOUT: _about,
    Up.HEALTH: _health,
    Up.METRICS: _metrics,
    Up.CONFIG: _config,
    Up.REPLY: _reply,
}
