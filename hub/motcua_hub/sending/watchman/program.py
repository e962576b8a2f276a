"""`motcua-hub watchman`: runs in the foreground on a second machine until SIGTERM."""

import logging
import threading
import time
from pathlib import Path
from typing import Any, Final

from motcua_hub.sending.channels import (
    Channel,
    Outgoing,
    RefusedError,
    SendError,
    UncertainError,
    open_channels,
)
from motcua_hub.sending.watchman import watch as rules
from motcua_hub.sending.watchman.config import Watched, WatchmanConfig
from motcua_hub.sending.watchman.listening import Listener, Sign
from motcua_hub.sending.watchman.memory import Memory
from motcua_hub.sending.watchman.watch import Pending, Watch
from motcua_hub.told import Told

log = logging.getLogger(__name__)
_EVERY_S: Final = 0.5
_KEEP_MS: Final = 10_000


def now_ms() -> int:
    """UTC milliseconds."""
    return time.time_ns() // 1_000_000


class Watchman:
    """Hears hubs, and speaks up for those that it does not hear.

    Silence is measured by the monotonic clock, and from our own start: a clock that is set, or a
    watchman that was off himself, is no reason to cry out.
    """

    def __init__(self, config: WatchmanConfig) -> None:
        folder = Path(config.state_dir)
        self._config = config
        self._memory = Memory(folder)
        self._hubs = {hub.name: hub for hub in config.hubs}
        kept = self._memory.read()
        self._watches = {name: kept.get(name, Watch()) for name in self._hubs}
        self._heard_s = dict.fromkeys(self._hubs, time.monotonic())
        self._channels: dict[str, Channel] = {
            one.name: one for one in open_channels(config, folder, now_ms)
        }
        self._lock = threading.Lock()
        self._kept_at = 0

    def hear(self, sign: Sign) -> bool:
        """A hub lives. False for a sign that is not newer than the last one."""
        with self._lock:
            held = self._watches[sign.name]
            if sign.at <= held.said_at:
                return False
            if held.silent_since:
                log.info("%s is heard again", sign.name)
            self._heard_s[sign.name] = time.monotonic()
            self._put(sign.name, rules.heard(held, self._hubs[sign.name], now_ms(), sign.at))
        return True

    def stand(self) -> dict[str, Any]:
        """How things stand, without anything secret."""
        with self._lock:
            return {
                name: {
                    "silent": bool(held.silent_since),
                    "heard_at": held.heard_at,
                    "heard_s_ago": round(time.monotonic() - self._heard_s[name], 1),
                    "unsaid": len(held.pending),
                }
                for name, held in self._watches.items()
            }

    def round(self) -> None:
        """Look at every hub, and say what is to be said."""
        for hub in self._hubs.values():
            self._look(hub)
            one = self._due(hub.name)
            if one is not None:
                self._say(hub.name, one)

    def _look(self, hub: Watched) -> None:
        quiet_s = time.monotonic() - self._heard_s[hub.name]
        if quiet_s <= hub.silent_s:
            return
        with self._lock:
            held = self._watches[hub.name]
            since = held.heard_at or now_ms() - round(quiet_s * 1000)
            after = rules.silent(held, hub, self._config.tell, since)
            if after is not held:
                log.error("%s has been silent for %.0f s", hub.name, quiet_s)
                self._put(hub.name, after)

    def _due(self, name: str) -> Pending | None:
        with self._lock:
            return rules.due(self._watches[name], now_ms())

    def _say(self, name: str, one: Pending) -> None:
        message = Outgoing(
            key=one.key,
            address=one.address,
            subject=one.subject,
            body=one.body,
            kind="watchman",
            data={"hub": name, "text": one.body},
        )
        try:
            self._channels[one.channel].send(message)
        except SendError as error:
            log.warning("%s was not told by %s: %s", name, one.channel, error)
            perhaps = isinstance(error, UncertainError)
            with self._lock:
                held = self._watches[name]
                if isinstance(error, RefusedError):
                    self._put(name, rules.dropped(held, one.key))
                else:
                    self._put(name, rules.unsaid(held, one.key, now_ms(), perhaps=perhaps))
        else:
            with self._lock:
                self._put(name, rules.said(self._watches[name], one.key))

    def _put(self, name: str, after: Watch) -> None:
        """Keep what matters at once; that all is quiet, now and then."""
        before, self._watches[name] = self._watches[name], after
        matters = (before.silent_since, before.told, before.pending) != (
            after.silent_since,
            after.told,
            after.pending,
        )
        if matters or now_ms() - self._kept_at > _KEEP_MS:
            self._memory.write(self._watches)
            self._kept_at = now_ms()


def run(config: WatchmanConfig) -> int:
    """Watch until SIGTERM."""
    told, ending = Told(), threading.Event()
    watchman = Watchman(config)
    secrets = {hub.name: hub.secret for hub in config.hubs}
    ear = Listener((config.host, config.port), secrets, watchman.hear, watchman.stand)
    hearing = threading.Thread(target=ear.serve_forever, name="ear", daemon=True)
    hearing.start()
    log.info("listening at port %d for %s", ear.server_address[1], ", ".join(secrets))
    # a message under way must not keep us: its key is the same when it is sent again
    working = threading.Thread(target=_work, args=(watchman, ending), name="watch", daemon=True)
    working.start()
    while not told.wait(_EVERY_S):
        if not working.is_alive():
            log.error("watching ended by itself; ending too")
            return 1
    ending.set()
    ear.shutdown()
    ear.server_close()
    return 0


def _work(watchman: Watchman, ending: threading.Event) -> None:
    while not ending.wait(_EVERY_S):
        watchman.round()
