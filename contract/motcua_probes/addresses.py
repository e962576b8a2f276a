"""Names to addresses by the vantage's own resolver, and whether it was the resolver that failed.

Not `getaddrinfo`: it holds a thread for as long as a dead name server lets it, and cannot be
cancelled. `/etc/hosts` goes first, then the name servers of `/etc/resolv.conf`.
"""

import asyncio
import ipaddress
from pathlib import Path
from typing import Final

import dns.asyncresolver
import dns.exception
import dns.resolver

from motcua_probes.failures import ProbeError, blind
from motcua_probes.results import Trouble

KEEP_S: Final = 60.0
_MOST: Final = 4096


class Resolver:
    """Looks names up and remembers answers for a minute; failures are never remembered.

    Args:
        hosts: The hosts file.
        config: The resolver's configuration; without one every name fails as blind.
        port: Of the name servers.
    """

    def __init__(
        self,
        hosts: Path = Path("/etc/hosts"),
        config: Path = Path("/etc/resolv.conf"),
        port: int = 53,
    ) -> None:
        self._hosts, self._config, self._port = hosts, config, port
        self._known: dict[str, tuple[float, str]] = {}
        self._asking: dict[str, asyncio.Task[str]] = {}

    async def address(self, host: str) -> str:
        """The address of a host; of one that is an address itself.

        Raises:
            ProbeError: There is no such name; blind, when no name server answered.
        """
        name = host.strip("[]").rstrip(".").lower()
        if _is_address(name):
            return name
        known = self._known.get(name)
        if known is not None and asyncio.get_running_loop().time() < known[0]:
            return known[1]
        task = self._asking.get(name)
        if task is None:
            task = self._asking[name] = asyncio.create_task(self._asked(name))
            task.add_done_callback(lambda done: self._done(name, done))
        # one probe that gives up does not take the answer from the others that wait for it
        return await asyncio.shield(task)

    def forget(self, host: str) -> None:
        """The address did not answer: ask anew next time, it may have moved."""
        self._known.pop(host.strip("[]").rstrip(".").lower(), None)

    def close(self) -> None:
        """Give up what is being asked."""
        for task in [*self._asking.values()]:
            task.cancel()

    def _done(self, name: str, task: asyncio.Task[str]) -> None:
        self._asking.pop(name, None)
        if task.cancelled() or task.exception() is not None:
            return
        if len(self._known) >= _MOST:
            self._known.clear()
        until = asyncio.get_running_loop().time() + KEEP_S
        self._known[name] = (until, task.result())

    async def _asked(self, name: str) -> str:
        try:
            return self._written(name) or await self._served(name)
        except dns.resolver.NXDOMAIN as error:
            raise ProbeError(Trouble.NO_SUCH_NAME, name) from error
        except dns.resolver.NoAnswer as error:
            raise ProbeError(Trouble.NO_SUCH_NAME, f"{name} has no address") from error
        except (dns.exception.DNSException, OSError) as error:
            raise blind(Trouble.RESOLVER, f"{name}: {error}") from error

    def _written(self, name: str) -> str:
        """The first address of a name in the hosts file; empty without one."""
        try:
            lines = self._hosts.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return ""
        for line in lines:
            address, *names = line.partition("#")[0].split() or [""]
            if name in (each.lower() for each in names) and _is_address(address):
                return address
        return ""

    async def _served(self, name: str) -> str:
        resolver = dns.asyncresolver.Resolver(str(self._config))
        resolver.port = self._port
        try:
            answer = await resolver.resolve(name, "A", search=True)
        except dns.resolver.NoAnswer:
            answer = await resolver.resolve(name, "AAAA", search=True)
        return str(answer[0])


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
