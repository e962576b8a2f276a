"""One module per way of asking; each returns when the target answered as it should."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final

from motcua_contract.probes import ProbeKind
from motcua_probes.attempt import Attempt
from motcua_probes.kinds.dns_answer import dns_answer
from motcua_probes.kinds.http import http
from motcua_probes.kinds.mqtt import mqtt
from motcua_probes.kinds.plain import icmp, tcp, tls

Kind = Callable[[Attempt], Awaitable[None]]
"""Returns on success; raises ProbeError or OSError."""
_DATABASE: Final = "motcua_probes.kinds.postgresql"
_KINDS: Final[Mapping[ProbeKind, Kind]] = MappingProxyType(
    {
        ProbeKind.HTTP: http,
        ProbeKind.TCP: tcp,
        ProbeKind.TLS: tls,
        ProbeKind.DNS: dns_answer,
        ProbeKind.ICMP: icmp,
        ProbeKind.MQTT: mqtt,
    }
)
"""`push` is not here: nobody is asked, see `schedule`."""


async def kind_of(kind: ProbeKind) -> Kind:
    """How a kind is asked. Await it outside of a probe's time: the first may have to be loaded."""
    if kind is not ProbeKind.POSTGRESQL:
        return _KINDS[kind]
    if _DATABASE not in sys.modules:
        await asyncio.to_thread(_database)
    return _database()


def _database() -> Kind:
    # 10 MB that only a vantage with a database on its list needs
    from motcua_probes.kinds.postgresql import postgresql  # noqa: PLC0415

    return postgresql
