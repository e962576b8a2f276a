"""The public status page: no log-in, no internals, and nothing computed for who asks.

A worker keeps a snapshot in the database; this process reads it once in a while and answers
everybody from memory. When the database is away the last page is shown, and said to be old.
"""

import gzip
import hashlib
import threading
from typing import Final

import msgspec
from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as BaseResponse

from motcua_hub.domain.reporting.public import STALE_AFTER, Day, Look, Snapshot
from motcua_hub.store import public
from motcua_hub.store.engine import reading, writing
from motcua_hub.web import localtime, visitor
from motcua_hub.web.deeds import status as deeds
from motcua_hub.web.hub import Hub
from motcua_hub.web.queries import plans as query

Answer = str | tuple[str, int] | BaseResponse
ANEW_MS: Final = 5_000
"""How long an answer is good for."""
_LEVEL: Final = 6
_HTML: Final = "text/html; charset=utf-8"
_TOLD: Final = (Look.DOWN, Look.UNKNOWN, Look.MAINTENANCE)


class _Body(msgspec.Struct, frozen=True):
    """What is sent to everybody: packed and named once, not for each who asks."""

    plain: bytes
    packed: bytes
    tag: str
    kind: str


def _body(plain: bytes, kind: str) -> _Body:
    tag = hashlib.sha256(plain).hexdigest()[:32]
    return _Body(plain, gzip.compress(plain, _LEVEL, mtime=0), tag, kind)


class _Answers(msgspec.Struct, frozen=True):
    """Both forms of the page, made at one moment."""

    made_at: int
    page: _Body
    feed: _Body


class StatusBoard:
    """The page in memory; one thread makes it anew while all others show what there is."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._lock = threading.Lock()
        self._held: _Answers | None = None
        self._snapshot: Snapshot | None = None

    def answers(self) -> _Answers:
        """The newest page, a few seconds old at most unless somebody is making it right now."""
        now, held = self._hub.clock(), self._held
        if held is not None and 0 <= now - held.made_at < ANEW_MS:
            return held
        if not self._lock.acquire(blocking=held is None):
            return held or self.answers()
        try:
            held = self._held
            if held is None or not 0 <= now - held.made_at < ANEW_MS:
                held = self._held = self._made(now)
            return held
        finally:
            self._lock.release()

    def _made(self, now: int) -> _Answers:
        found = self._read()
        stale = found is not None and now - found.made_at > STALE_AFTER
        page = render_template(
            "status/page.html",
            found=found,
            stale=stale,
            now=now,
            told=_TOLD,
            summary=_summary,
        )
        feed = _feed(found, stale=stale)
        return _Answers(now, _body(page.encode(), _HTML), _body(feed, "application/json"))

    def _read(self) -> Snapshot | None:
        """The newest snapshot; the last one known while the database is away."""
        try:
            with reading(self._hub.engine) as connection:
                raw = public.newest(connection)
        except SQLAlchemyError:
            if self._snapshot is None:
                raise
            return self._snapshot
        self._snapshot = None if raw is None else msgspec.json.decode(raw, type=Snapshot)
        return self._snapshot


def _summary(days: tuple[Day, ...]) -> dict[Look, int]:
    """How many days looked how."""
    return {look: sum(each.look is look for each in days) for look in Look}


def _feed(found: Snapshot | None, *, stale: bool) -> bytes:
    """The same for programs; times as `2026-11-23T08:00:00+07:00`."""
    if found is None:
        return msgspec.json.encode({"made_at": None, "stale": True, "state": "none"})
    services = [
        {
            "name": each.name,
            "state": Look.UNKNOWN.value if stale else each.look.value,
            "last_known": each.look.value,
            "since": localtime.iso(each.since),
            "availability_percent": each.percent,
            "days": [
                {"day": day.day, "state": day.look.value, "down_s": day.down // 1000}
                for day in each.days
            ],
        }
        for each in found.services
    ]
    told = {
        "made_at": localtime.iso(found.made_at),
        "stale": stale,
        "state": Look.UNKNOWN.value if stale else found.look.value,
        "services": services,
        "planned": [
            {"name": e.name, "begin": localtime.iso(e.begin), "end": localtime.iso(e.end)}
            for e in found.planned
        ],
        "interruptions": [
            {
                "name": each.name,
                "begin": localtime.iso(each.begin),
                "end": None if each.end is None else localtime.iso(each.end),
                "cause": each.cause,
            }
            for each in found.breaks
        ],
    }
    return msgspec.json.encode(told)


def blueprint(hub: Hub) -> Blueprint:
    """`/status`, and `/reports/public` where it is decided what stands on it."""
    pages, board = Blueprint("status", __name__), StatusBoard(hub)

    @pages.get("/status")
    def page() -> Response:
        return _answer(board.answers().page)

    @pages.get("/status.json")
    def feed() -> Response:
        answer = _answer(board.answers().feed)
        answer.headers["Access-Control-Allow-Origin"] = "*"
        return answer

    @pages.get("/reports/public")
    def settings() -> Answer:
        return _settings(hub)

    @pages.post("/reports/public")
    def publish() -> Answer:
        return _publish(hub)

    @pages.post("/reports/public/hide")
    def hide() -> Answer:
        return _hide(hub)

    return pages


def _answer(body: _Body) -> Response:
    if request.if_none_match.contains_weak(body.tag):
        answer = Response(status=304)
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        answer = Response(body.packed, content_type=body.kind)
        answer.headers["Content-Encoding"] = "gzip"
    else:
        answer = Response(body.plain, content_type=body.kind)
    # weak: what travels may be compressed
    answer.set_etag(body.tag, weak=True)
    return answer


def _settings(hub: Hub, problem: str = "") -> str:
    with reading(hub.engine) as connection:
        shown = public.published(connection)
        names = query.names(connection)
    return render_template(
        "status/settings.html",
        here="reports",
        shown=shown,
        targets=names.targets,
        problem=problem,
        said=request.form if problem else {},
        may_write=visitor.current().role == visitor.ADMIN,
    )


def _publish(hub: Hub) -> Answer:
    target, name = request.form.get("target", ""), request.form.get("name", "")
    try:
        with writing(hub.engine) as connection:
            deeds.publish(connection, target, name, visitor.by(hub))
    except deeds.UnfitNameError as error:
        return _settings(hub, str(error)), 422
    return redirect(url_for("status.settings"), code=303)


def _hide(hub: Hub) -> Answer:
    with writing(hub.engine) as connection:
        if not deeds.hide(connection, request.form.get("target", ""), visitor.by(hub)):
            abort(404)
    return redirect(url_for("status.settings"), code=303)
