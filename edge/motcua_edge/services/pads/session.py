"""The controller's end of a pad's sessions."""

from collections import deque
from typing import Final

import msgspec

from motcua_edge.domain.pads.frames import (
    FrameError,
    Hello,
    InSession,
    Parcel,
    Saying,
    Welcome,
    sealed,
    session_key,
)

_OFFERED: Final = 4


class _Session:
    def __init__(self, key: bytes, hello: Hello) -> None:
        self.key = key
        self.hello = hello
        self.heard = 0
        self.said = 0


class PadSession:
    """Sessions of one pad: the one in force, and those offered that nobody has used yet."""

    def __init__(self, pad: str, key: bytes) -> None:
        self.pad: Final = pad
        self._key = key
        self._now: _Session | None = None
        self._offered: deque[_Session] = deque(maxlen=_OFFERED)

    @property
    def open(self) -> bool:
        """Whether the pad has shown that it shares a session."""
        return self._now is not None

    def wrote(self, hello: Parcel) -> bool:
        """Whether a hello is from the pad itself, now or earlier: anybody can repeat one."""
        return hello.sealed_with(self._key)

    def offer(self, hello: Hello, nonce: str) -> bytes:
        """The welcome; the session is in force once the pad has used it."""
        self._offered.append(_Session(session_key(self._key, hello.n, nonce), hello))
        return sealed(Welcome(p=self.pad, n=hello.n, e=nonce), self._key)

    def accept(self, parcel: Parcel) -> tuple[InSession, Hello | None]:
        """The frame, and if it is the first of its session that one's hello.

        Raises:
            FrameError: No session explains the frame, or it came before.
        """
        for session in (self._now, *self._offered):
            if session is not None and parcel.sealed_with(session.key):
                return self._take(session, parcel)
        raise FrameError("forged", f"no session of {self.pad} explains it")

    def _take(self, session: _Session, parcel: Parcel) -> tuple[InSession, Hello | None]:
        frame = parcel.read()
        if isinstance(frame, Hello) or frame.c <= session.heard:
            raise FrameError("forged", f"a frame of {self.pad} came twice")
        session.heard = frame.c
        if session is self._now:
            return frame, None
        self._now = session
        self._offered.clear()
        return frame, session.hello

    def seal(self, saying: Saying) -> bytes:
        """The line of what we say in the session in force; LookupError when there is none."""
        session = self._now
        if session is None:
            msg = f"{self.pad} has no session"
            raise LookupError(msg)
        session.said += 1
        return sealed(msgspec.structs.replace(saying, c=session.said), session.key)
