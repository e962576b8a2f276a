"""One probe under way: its specification, and what all kinds need of the vantage."""

from typing import Final

from motcua_contract.probes import ProbeKind, ProbeSpec
from motcua_probes.addresses import Resolver
from motcua_probes.clock import Clock
from motcua_probes.echo import Pinger
from motcua_probes.lines import Line, Plain, Secure, connected, secured
from motcua_probes.results import Trouble
from motcua_probes.trust import Trust, days_left

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
    """

    def __init__(self, trust: Trust, resolver: Resolver, clock: Clock, pinger: Pinger) -> None:
        self.trust, self.resolver, self.clock, self.pinger = trust, resolver, clock, pinger


class Attempt:
    """One probe. `reached` tells whether anybody was there when time ran out."""

    def __init__(self, spec: ProbeSpec, vantage: Vantage) -> None:
        self.spec = spec
        self.vantage = vantage
        self.reached = False
        self.resolving = False
        self.warning = ""
        self.detail = ""

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
        """Connected over TLS; a certificate that ends soon is warned of."""
        context = self.vantage.trust.context(self.spec.ca, self.spec.secret)
        sock = await connected(await self.address(), self.port)
        self.reached = True
        line = await secured(sock, context, self.name)
        left = days_left(line.certificate, self.vantage.clock.wall())
        if left is not None:
            self.detail = f"certificate: {left} days left"
            if left < self.spec.days_left:
                self.warn(Trouble.TLS_ENDS_SOON, self.detail)
        return line


def time_out(attempt: Attempt) -> Trouble:
    """What running out of time means at this stage."""
    if attempt.resolving:
        return Trouble.RESOLVER
    return Trouble.NO_ANSWER if attempt.reached else Trouble.TIMEOUT
