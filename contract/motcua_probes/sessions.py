"""TLS sessions that web probes resume, and when a server has to show its certificate again.

A resumed handshake proves that whoever answers holds the keys of the server whose certificate was
verified, not that a new visitor would be shown a good one. So a session speaks for `FULL_MS` at
most, never beyond the end of the certificate that it rests on, for no other address and for no
other probe; and any failure ends it. Sessions are in memory only, one a probe.
"""

import hashlib
import ssl
from typing import Final

import msgspec

from motcua_contract.probes import ProbeKind, ProbeSpec
from motcua_probes.clock import Clock

FULL_MS: Final = 600_000
"""How long after a full handshake its session may be resumed, at most."""
_FEW: Final = 1_024


class Held(msgspec.Struct, frozen=True, gc=False):
    """What was learnt in a full handshake.

    Attributes:
        address: Who was there.
        session: What may be resumed; None where the server gave nothing, or refused what it gave.
        ends: When the certificate that was verified ends (UTC ms).
        since: When that was, by the wall clock (UTC ms): a machine that slept has no monotonic one.
        until: Until when this holds, by the monotonic clock (ms).
    """

    address: str
    session: ssl.SSLSession | None
    ends: int
    since: int
    until: int


class Sessions:
    """One session for each probe that may resume. Everything belongs to the loop's thread.

    Args:
        clock: Both clocks.
        full: How long a session may be resumed, in ms; 0 is never.
    """

    def __init__(self, clock: Clock, full: int = FULL_MS) -> None:
        self._clock, self._full = clock, full
        self._held: dict[ProbeSpec, Held] = {}
        self._many = _FEW

    def __len__(self) -> int:
        return len(self._held)

    def may(self, spec: ProbeSpec) -> bool:
        """Whether this probe may resume at all.

        Web probes alone, of which there are thousands: `tls` asks for the certificate itself. With
        a client certificate it is the login that would not be asked again, and servers that do not
        name their sessions break such handshakes off.
        """
        return spec.kind is ProbeKind.HTTP and spec.tls and not spec.secret and self._full > 0

    def held(self, spec: ProbeSpec, address: str) -> Held | None:
        """What still holds of this probe at this address; None: the certificate is to be shown."""
        held = self._held.get(spec)
        if held is None:
            return None
        wall = self._clock.wall()
        fresh = self._clock.mono() < held.until and held.since <= wall < held.since + self._full
        if fresh and held.address == address and wall < held.ends:
            return held
        del self._held[spec]
        return None

    def learn(
        self, spec: ProbeSpec, address: str, ends: int | None, session: ssl.SSLSession | None
    ) -> None:
        """A full handshake was followed by the answer that was expected.

        A certificate of which nobody can say when it `ends` is shown each time.
        """
        if ends is None:
            return
        if len(self._held) >= self._many:
            self._sweep()
        self._held[spec] = Held(address, session, ends, self._clock.wall(), self._until(spec))

    def forget(self, spec: ProbeSpec) -> None:
        """Something was wrong: the next handshake is a full one."""
        self._held.pop(spec, None)

    def _until(self, spec: ProbeSpec) -> int:
        """The probe's next turn of a full handshake.

        Its turns have a place of their own in the interval, so that what was started together is
        not verified anew all at once.
        """
        name = hashlib.blake2b(spec.target.encode(), digest_size=4).digest()
        place = int.from_bytes(name, "big") * self._full >> 32
        now = self._clock.mono()
        return now + self._full - (now - place) % self._full

    def _sweep(self) -> None:
        """Drop what holds no more: probes that were changed or taken away."""
        now = self._clock.mono()
        self._held = {spec: held for spec, held in self._held.items() if now < held.until}
        self._many = max(_FEW, 2 * len(self._held))
