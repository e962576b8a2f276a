"""`POST /push/<token>`: a target says that it lives. The answer is empty.

    204 heard · 404 no such address · 429 too often, or too many wrong addresses

The address is the secret. Wrong ones are counted by caller and logged; nobody is shut out for them,
because behind a proxy all targets have one address, and a stranger could silence them all.
"""

import logging
import threading
from collections import OrderedDict
from typing import Final

from flask import Blueprint, Response, request

from motcua_hub.store import pushes
from motcua_hub.store.engine import reading, writing
from motcua_hub.web.hub import Hub

_log = logging.getLogger(__name__)
EVERY_MS: Final = 1_000
"""A target may call so often; more says nothing more."""
WRONG: Final = 20
"""Wrong addresses of one caller within `WINDOW_MS`."""
WINDOW_MS: Final = 5 * 60_000
_CALLERS: Final = 10_000


class Limits:
    """Who called when: in memory, bounded, of this process.

    A restart forgets it, which gives a guesser a few more of 2^256 tries.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: OrderedDict[str, int] = OrderedDict()
        self._wrong: OrderedDict[str, list[int]] = OrderedDict()

    def too_often(self, target: str, now: int) -> bool:
        """Whether this target called a moment ago; if not, this call counts."""
        with self._lock:
            last = self._calls.get(target)
            if last is not None and 0 <= now - last < EVERY_MS:
                return True
            self._calls[target] = now
            self._calls.move_to_end(target)
            if len(self._calls) > _CALLERS:
                self._calls.popitem(last=False)
            return False

    def wrong(self, caller: str, now: int) -> int:
        """One more wrong address of this caller; how many there were lately, up to one too many."""
        with self._lock:
            recent = [at for at in self._wrong.get(caller, []) if 0 <= now - at < WINDOW_MS]
            if len(recent) <= WRONG:
                recent.append(now)
            self._wrong[caller] = recent
            self._wrong.move_to_end(caller)
            if len(self._wrong) > _CALLERS:
                self._wrong.popitem(last=False)
            return len(recent)


def blueprint(hub: Hub) -> Blueprint:
    """The one page."""
    pages = Blueprint("push", __name__)
    limits = Limits()

    @pages.post("/push/<token>")
    def heard(token: str) -> Response:
        return Response(status=_heard(hub, limits, token))

    return pages


def _heard(hub: Hub, limits: Limits, token: str) -> int:
    now, caller = hub.clock(), request.remote_addr or ""
    with reading(hub.engine) as connection:
        target = pushes.target_of(connection, token)
    if target is None:
        return _wrong(limits, caller, now)
    if limits.too_often(target, now):
        return 429
    with writing(hub.engine) as connection:
        pushes.heard(connection, token, now)
    return 204


def _wrong(limits: Limits, caller: str, now: int) -> int:
    count = limits.wrong(caller, now)
    if count == WRONG:
        _log.warning("%s called %d wrong addresses of /push", caller, count)
    return 404 if count <= WRONG else 429
