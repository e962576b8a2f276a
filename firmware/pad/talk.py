"""What a pad says and when: sessions, beats, and each press until it is acknowledged.

Knows neither link nor clock: `tick` and `hear` are called with the time, `send` is given.
"""

from pad import lights

HELLO_EVERY_MS = 2000
ASKED_EVERY_MS = 1000
BEAT_EVERY_MS = 5000
SILENCE_MS = 10000
RESEND_MS = 2000
_SHOWN = {"rated": lights.DONE, "done": lights.DONE, "refused": lights.REFUSED}


class Talk:
    """One pad's side of the protocol.

    Its `host` has `send(line)`; `about()` with the fields of `hello` and `figures(now)` with those
    of `beat`; the lights `show(pattern)` and `ready(on)`; and `update(body)`, which takes a frame
    of an update and gives the answer. `since` is when the session began, None without one.
    """

    def __init__(self, session, queue, ids, host):
        self.session = session
        self.since = None
        self._queue, self._ids, self._host = queue, ids, host
        self._hello_at = self._beat_at = self._heard_at = None
        self._under_way = None
        self._sent_at = 0

    def tick(self, now):
        """Say what is due."""
        if not self.session.open:
            if _due(self._hello_at, now, HELLO_EVERY_MS):
                self._hello(now)
            return
        if now - self._heard_at > SILENCE_MS:
            self._lose()
            return
        if _due(self._beat_at, now, BEAT_EVERY_MS):
            self.beat(now)
        self._press(now)

    def hear(self, line, now):
        """Act on a line; one that is not for us, or not from whom it says, does nothing."""
        body = self.session.hear(line)
        if body is None:
            return
        kind = body.get("t")
        if kind == "ask":
            if _due(self._hello_at, now, ASKED_EVERY_MS):
                self._hello(now)
            return
        self._heard_at = now
        if kind == "welcome":
            self._welcomed(now)
        elif kind == "ack":
            self._acked(body, now)
        elif kind == "rate":
            self._host.ready(bool(body.get("open")))
        elif kind in ("begin", "part", "end"):
            self._host.send(self.session.seal(self._host.update(body)))

    def beat(self, now):
        """Say how we are."""
        if self.session.open:
            self._beat_at = now
            body = {"t": "beat", "q": self._queue.waiting, "lost": self._queue.lost}
            body.update(self._host.figures(now))
            self._host.send(self.session.seal(body))

    def _hello(self, now):
        self._hello_at = now
        self._host.send(self.session.hello(self._host.about()))

    def _welcomed(self, now):
        self.since = now
        self._under_way = None
        self.beat(now)
        self._press(now)

    def _lose(self):
        self.session.drop()
        self.since = None
        self._host.ready(False)

    def _press(self, now):
        record = self._queue.first()
        if record is None:
            return
        press_id = record["i"]
        if press_id == self._under_way and now - self._sent_at < RESEND_MS:
            return
        self._under_way, self._sent_at = press_id, now
        age = now - record["at"] if self._ids.of_this_boot(press_id) else -1
        body = {"t": "press", "i": press_id, "b": record["b"], "age": age}
        self._host.send(self.session.seal(body))

    def _acked(self, body, now):
        if self._queue.free(body.get("i")):
            pattern = _SHOWN.get(body.get("r"))
            if pattern:
                self._host.show(pattern)
            self._press(now)


def _due(last, now, every):
    return last is None or now - last >= every
