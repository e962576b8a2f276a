"""One probe under way: its specification, and what all kinds need of the vantage."""

import contextlib
import ssl
from typing import Final

from motcua_contract.probes import ProbeKind, ProbeSpec
from motcua_probes.addresses import Resolver
from motcua_probes.clock import Clock
from motcua_probes.echo import Pinger
from motcua_probes.lines import Line, Plain, Secure, connected, secured
from motcua_probes.results import Trouble
from motcua_probes.sessions import Held, Sessions
from motcua_probes.trust import Trust, days_left, ends

_PORTS: Final = {
    (ProbeKind.HTTP, False): 80,
    (ProbeKind.HTTP, True): 443,
    (ProbeKind.TLS, False): 443,
    (ProbeKind.TLS, True): 443,
    (ProbeKind.DNS, False): 53,
    (ProbeKind.MQTT, False): 1883,
    (ProbeKind.MQTT, True): 8883,
    (ProbeKind.POSTGRESQL, False): 5432,
    (ProbeKind.POSTGRESQL, True): 5432,
}


class Vantage:
    """What the probes of one vantage share.

    Args:
        trust: Certificates and secrets.
        resolver: Names to addresses.
        clock: For what certificates have left.
        pinger: Sends ICMP.
        sessions: TLS sessions that may be resumed.
    """

    def __init__(
        self, trust: Trust, resolver: Resolver, clock: Clock, pinger: Pinger, sessions: Sessions
    ) -> None:
        self.trust, self.resolver, self.clock, self.pinger = trust, resolver, clock, pinger
        self.sessions = sessions


class Attempt:
    """One probe. `reached` tells whether anybody was there when time ran out."""

    def __init__(self, spec: ProbeSpec, vantage: Vantage) -> None:
        self.spec = spec
        self.vantage = vantage
        self.reached = False
        self.resolving = False
        self.warning = ""
        self.detail = ""
        self._address = ""
        self._shown: Secure | None = None
        self._ends: int | None = None
        self._held: Held | None = None

    @property
    def port(self) -> int:
        """The port given, or the kind's own."""
        return self.spec.port or _PORTS.get((self.spec.kind, self.spec.tls), 0)

    @property
    def name(self) -> str:
        """The host as TLS and HTTP are told it."""
        return self.spec.host.strip("[]")

    def warn(self, trouble: Trouble, detail: str) -> None:
        """It works, but: told beside a success."""
        self.warning, self.detail = trouble.value, detail

    async def address(self) -> str:
        """The host's address. Raises ProbeError."""
        self.resolving = True
        address = await self.vantage.resolver.address(self.spec.host)
        self.resolving = False
        return address

    async def line(self) -> Line:
        """Connected, over TLS where the specification says so. Raises OSError, ProbeError."""
        if self.spec.tls:
            return await self.secure()
        sock = await connected(await self.address(), self.port)
        self.reached = True
        return Plain(sock)

    async def secure(self) -> Secure:
        """Connected over TLS; a certificate that ends soon is warned of. Raises as `line`."""
        context = self.vantage.trust.context(self.spec.ca, self.spec.secret)
        address = self._address = await self.address()
        sessions = self.vantage.sessions
        self._held = sessions.held(self.spec, address) if sessions.may(self.spec) else None
        line = await self._handshaken(context)
        if self._held is not None and line.resumed:
            self._look(self._held.ends)
        else:
            self._shown, self._ends = line, ends(line.certificate)
            self._look(self._ends)
        return line

    def succeeded(self) -> None:
        """The target answered as it should: what it gave may be used again.

        Where it refused what it gave before, nothing is offered until the certificate's next turn:
        such offers cost more than they save.
        """
        sessions = self.vantage.sessions
        if self._shown is not None and sessions.may(self.spec):
            given = self._shown.session if self._held is None else None
            sessions.learn(self.spec, self._address, self._ends, given)

    async def _handshaken(self, context: ssl.SSLContext) -> Secure:
        """A resumed handshake that fails says nothing: it is done again in full, at once."""
        session = None if self._held is None else self._held.session
        sock = await connected(self._address, self.port)
        self.reached = True
        if session is not None:
            with contextlib.suppress(OSError):
                return await secured(sock, context, self.name, session)
            sock = await connected(self._address, self.port)
        return await secured(sock, context, self.name)

    def _look(self, ends_at: int | None) -> None:
        if ends_at is None:
            return
        left = days_left(ends_at, self.vantage.clock.wall())
        self.detail = f"certificate: {left} days left"
        if left < self.spec.days_left:
            self.warn(Trouble.TLS_ENDS_SOON, self.detail)


def time_out(attempt: Attempt) -> Trouble:
    """What running out of time means at this stage."""
    if attempt.resolving:
        return Trouble.RESOLVER
    return Trouble.NO_ANSWER if attempt.reached else Trouble.TIMEOUT
