"""The kinds that need no more than a connection: TCP, TLS and ICMP."""

from motcua_probes.attempt import Attempt
from motcua_probes.lines import connected


async def tcp(attempt: Attempt) -> None:
    """Somebody accepts connections."""
    (await connected(await attempt.address(), attempt.port)).close()


async def tls(attempt: Attempt) -> None:
    """The handshake succeeds, and the chain leads to an authority that is trusted."""
    line = await attempt.secure()
    try:
        await line.flush()
    finally:
        line.close()


async def icmp(attempt: Attempt) -> None:
    """An echo request comes back."""
    await attempt.vantage.pinger.ping(await attempt.address())
