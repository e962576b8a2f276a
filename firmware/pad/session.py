"""The pad's end of a session: hello, welcome, and counters that only rise. Knows no clock."""

from binascii import hexlify

from pad import frames


class Session:
    """Seals what the pad says and opens what it hears.

    `fresh(n)` gives n random bytes. `open` tells whether a session stands.
    """

    def __init__(self, pad, key, fresh):
        self.open = False
        self.refused = 0
        self._pad = pad
        self._key = key
        self._fresh = fresh
        self._nonce = ""
        self._session_key = b""
        self._sent = 0
        self._heard = 0

    def hello(self, about):
        """The line that asks for a session; `about` is added to it."""
        self._nonce = hexlify(self._fresh(8)).decode()
        body = {"t": "hello", "v": 1, "p": self._pad, "n": self._nonce}
        body.update(about)
        return frames.sealed(body, self._key, frames.FROM_PAD)

    def seal(self, body):
        """The line of a body within the session that is open."""
        self._sent += 1
        body["c"] = self._sent
        return frames.sealed(body, self._session_key, frames.FROM_PAD)

    def drop(self):
        """Nobody is there any more."""
        self.open = False

    def hear(self, line):
        """The body of a line that is for this pad, None for anything else."""
        try:
            return self._hear(line)
        except (frames.DamagedError, frames.ForgedError):
            self.refused += 1
            return None

    def _hear(self, line):
        kind = frames.peek(line).get("t")
        if kind == "ask":
            return frames.unsealed(line, b"", frames.FROM_EDGE)
        if kind == "welcome":
            return self._welcome(frames.unsealed(line, self._key, frames.FROM_EDGE))
        if not self.open:
            return None
        body = frames.unsealed(line, self._session_key, frames.FROM_EDGE)
        count = body.get("c")
        if not isinstance(count, int) or count <= self._heard:
            raise frames.ForgedError("replayed")
        self._heard = count
        return body

    def _welcome(self, body):
        theirs = body.get("e")
        # a nonce is good for one welcome: a second one would start the counters again
        if not self._nonce or body.get("n") != self._nonce or not isinstance(theirs, str):
            raise frames.ForgedError("stale welcome")
        self._session_key = frames.hmac(self._key, ("session" + self._nonce + theirs).encode())
        self._nonce = ""
        self._sent = self._heard = 0
        self.open = True
        return body
