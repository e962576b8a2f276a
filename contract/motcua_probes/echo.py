"""ICMP echo for many targets over one socket.

An unprivileged datagram socket where `net.ipv4.ping_group_range` lets this group have one, a raw
one otherwise. One socket and not one per ping: a raw socket hears every reply of the machine, so
that a thousand of them would each look at a thousand packets.
"""

import asyncio
import contextlib
import errno
import os
import socket
import struct
from typing import Final, Protocol

from motcua_probes.failures import blind
from motcua_probes.results import Trouble

HELP: Final = (
    "ICMP is not permitted: set net.ipv4.ping_group_range to include this program's group, "
    "or give it CAP_NET_RAW"
)
_HEADER: Final = struct.Struct("!BBHHH")
_PAYLOAD: Final = bytes(range(48))
_REQUEST: Final = {socket.AF_INET: 8, socket.AF_INET6: 128}
_REPLY: Final = {socket.AF_INET: 0, socket.AF_INET6: 129}
_PROTOCOL: Final = {
    socket.AF_INET: socket.IPPROTO_ICMP,
    socket.AF_INET6: socket.IPPROTO_ICMPV6,
}
_MANY: Final = 64


class Pinger(Protocol):
    """Sends one echo request and waits for its reply."""

    async def ping(self, address: str) -> None:
        """Return when the reply is here; whoever calls limits the time.

        Raises:
            ProbeError: Blind: pings cannot be sent from here.
            OSError: It could not be sent to this address.
        """

    def close(self) -> None:
        """Close the sockets."""


def checksum(packet: bytes) -> int:
    """The internet checksum of an even number of bytes."""
    total: int = sum(struct.unpack(f"!{len(packet) // 2}H", packet))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def request(family: int, ident: int, sequence: int) -> bytes:
    """An echo request. The kernel fills in the checksum of ICMPv6."""
    kind = _REQUEST[socket.AddressFamily(family)]
    bare = _HEADER.pack(kind, 0, 0, ident, sequence) + _PAYLOAD
    if family == socket.AF_INET6:
        return bare
    return _HEADER.pack(kind, 0, checksum(bare), ident, sequence) + _PAYLOAD


class EchoSocket:
    """All pings of one address family."""

    def __init__(self, family: socket.AddressFamily) -> None:
        self._family = family
        self._sock, self._raw = _opened(family)
        self._sock.setblocking(False)
        self._ident = os.getpid() & 0xFFFF
        self._sequence = 0
        self._waiting: dict[int, tuple[str, asyncio.Future[None]]] = {}
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._sock.fileno(), self._readable)

    async def ping(self, address: str) -> None:
        """One request; see `Pinger`."""
        sequence = self._free()
        future: asyncio.Future[None] = self._loop.create_future()
        self._waiting[sequence] = (address, future)
        try:
            self._sock.sendto(request(self._family, self._ident, sequence), (address, 0))
            await future
        finally:
            del self._waiting[sequence]

    def close(self) -> None:
        """Close the socket; whoever waits is not answered any more."""
        self._loop.remove_reader(self._sock.fileno())
        self._sock.close()

    def _free(self) -> int:
        """A sequence number that no ping under way has."""
        for _ in range(0x10000):
            self._sequence = (self._sequence + 1) & 0xFFFF
            if self._sequence not in self._waiting:
                return self._sequence
        raise blind(Trouble.NO_SOCKETS, "65536 pings are under way")

    def _readable(self) -> None:
        for _ in range(_MANY):
            try:
                packet, sender = self._sock.recvfrom(2048)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                # an ICMP error of some earlier packet; that ping runs into its time-out
                return
            self._heard(packet, str(sender[0]))

    def _heard(self, packet: bytes, sender: str) -> None:
        if self._raw and self._family == socket.AF_INET and packet:
            # a raw IPv4 socket shows the IP header too
            packet = packet[(packet[0] & 0x0F) * 4 :]
        if len(packet) < _HEADER.size + len(_PAYLOAD):
            return
        kind, _, _, ident, sequence = _HEADER.unpack_from(packet)
        if kind != _REPLY[self._family] or (self._raw and ident != self._ident):
            return
        address, future = self._waiting.get(sequence, ("", None))
        ours = packet[_HEADER.size :] == _PAYLOAD and sender.partition("%")[0] == address
        if future is not None and ours and not future.done():
            future.set_result(None)


def _opened(family: socket.AddressFamily) -> tuple[socket.socket, bool]:
    """The socket, and whether it is a raw one."""
    for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
        with contextlib.suppress(PermissionError):
            return socket.socket(family, kind, _PROTOCOL[family]), kind == socket.SOCK_RAW
    raise blind(Trouble.NOT_PERMITTED, HELP)


class EchoPinger:
    """Implements `Pinger`: a socket per family, opened when first needed."""

    def __init__(self) -> None:
        self._sockets: dict[socket.AddressFamily, EchoSocket] = {}

    async def ping(self, address: str) -> None:
        """One request; see `Pinger`."""
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        if family not in self._sockets:
            self._sockets[family] = EchoSocket(family)
        try:
            await self._sockets[family].ping(address)
        except OSError as error:
            if error.errno in {errno.EBADF, errno.ENODEV}:
                self._sockets.pop(family).close()
            raise

    def close(self) -> None:
        """Close the sockets."""
        for each in self._sockets.values():
            each.close()
        self._sockets.clear()
