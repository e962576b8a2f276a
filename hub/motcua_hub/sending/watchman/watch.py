"""Whether a hub is silent, and what is still to be said of it. Pure."""

from collections.abc import Iterable
from typing import Final

import msgspec
from msgspec.structs import replace

from motcua_hub.domain.routing.words import moment
from motcua_hub.sending.watchman.config import Told, Watched

MOST_TRIES: Final = 30
_FIRST_S: Final = 5
_LONGEST_S: Final = 300


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be said to somebody; `next_at` in UTC ms."""

    key: str
    channel: str
    address: str
    back: bool
    subject: str
    body: str
    tries: int = 0
    next_at: int = 0


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a hub. Times are UTC ms.

    Attributes:
        heard_at: The last sign of life, by our clock; 0: never.
        said_at: The hub's own time in it: an older one is somebody's recording.
        silent_since: Since when people are told that it is silent; 0: it is not.
        told: Who was told of this silence, as channel and address.
        pending: What is still to be said.
    """

    heard_at: int = 0
    said_at: int = 0
    silent_since: int = 0
    told: tuple[tuple[str, str], ...] = ()
    pending: tuple[Pending, ...] = ()


def silent(watch: Watch, hub: Watched, tell: Iterable[Told], since: int) -> Watch:
    """It has been silent for too long: say so once."""
    if watch.silent_since:
        return watch
    subject = f"[MotCua] {hub.label} IM LẶNG từ {moment(since)}"
    body = (
        f"[MotCua] Máy chủ giám sát {hub.label} không có tín hiệu từ {moment(since)}."
        " Kiểm tra nguồn điện, mạng và dịch vụ motcua-hub."
    )
    new = tuple(_pending(hub, one, since, subject, body, back=False) for one in tell)
    return replace(watch, silent_since=since, told=(), pending=(*watch.pending, *new))


def heard(watch: Watch, hub: Watched, now: int, said_at: int) -> Watch:
    """A sign of life. Whoever was told of the silence hears that it is over."""
    watch = replace(watch, heard_at=now, said_at=said_at)
    if not watch.silent_since:
        return watch
    since = watch.silent_since
    subject = f"[MotCua] {hub.label} ĐÃ CÓ TÍN HIỆU lúc {moment(now)}"
    body = (
        f"[MotCua] Máy chủ giám sát {hub.label} đã có tín hiệu trở lại lúc {moment(now)}"
        f" (im lặng từ {moment(since)})."
    )
    over = tuple(
        _pending(hub, Told(channel=channel, address=address), since, subject, body, back=True)
        for channel, address in watch.told
    )
    # nobody needs to hear now of a silence that is over
    kept = tuple(one for one in watch.pending if one.back)
    return replace(watch, silent_since=0, told=(), pending=(*kept, *over))


def _pending(hub: Watched, one: Told, since: int, *texts: str, back: bool) -> Pending:
    subject, body = texts
    kind = "back" if back else "silent"
    return Pending(
        key=f"watchman:{hub.name}:{since}:{kind}:{one.channel}:{one.address}",
        channel=one.channel,
        address=one.address,
        back=back,
        subject=subject,
        body=body,
    )


def due(watch: Watch, now: int) -> Pending | None:
    """What is to be said now."""
    return next((one for one in watch.pending if one.next_at <= now), None)


def said(watch: Watch, key: str) -> Watch:
    """It was taken."""
    one = next((one for one in watch.pending if one.key == key), None)
    if one is None:
        return watch
    kept = tuple(each for each in watch.pending if each.key != key)
    told = watch.told if one.back else (*watch.told, (one.channel, one.address))
    return replace(watch, pending=kept, told=told)


def dropped(watch: Watch, key: str) -> Watch:
    """It will never be taken: others have to hear it."""
    return replace(watch, pending=tuple(one for one in watch.pending if one.key != key))


def unsaid(watch: Watch, key: str, now: int, *, perhaps: bool) -> Watch:
    """It was not taken (or perhaps it was): later again, up to a limit."""
    kept: list[Pending] = []
    told = watch.told
    for one in watch.pending:
        if one.key != key:
            kept.append(one)
            continue
        if perhaps and not one.back and (one.channel, one.address) not in told:
            told = (*told, (one.channel, one.address))
        if one.tries + 1 < MOST_TRIES:
            wait = min(_FIRST_S * 2**one.tries, _LONGEST_S)
            kept.append(replace(one, tries=one.tries + 1, next_at=now + wait * 1000))
    return replace(watch, pending=tuple(kept), told=told)
