"""Errors of sockets and TLS as troubles; which of them never left the vantage (R4)."""

import errno
import ssl
from types import MappingProxyType
from typing import Final

from motcua_probes.results import Outcome, Trouble


class ProbeError(Exception):
    """A probe that did not succeed; the message is for technicians.

    Args:
        trouble: Why.
        detail: More, in English; never a secret.
        outcome: `BLIND` when it says nothing of the target.
    """

    def __init__(self, trouble: Trouble, detail: str = "", outcome: Outcome = Outcome.FAIL) -> None:
        super().__init__(f"{trouble}: {detail}" if detail else trouble.value)
        self.trouble, self.detail, self.outcome = trouble, detail, outcome


def blind(trouble: Trouble, detail: str = "") -> ProbeError:
    """A failure that never left the vantage."""
    return ProbeError(trouble, detail, Outcome.BLIND)


_OURS: Final = MappingProxyType(
    {
        errno.ENETUNREACH: Trouble.NO_ROUTE,
        errno.ENETDOWN: Trouble.NO_ROUTE,
        errno.EADDRNOTAVAIL: Trouble.NO_ROUTE,
        errno.EAFNOSUPPORT: Trouble.NO_ROUTE,
        # what `ip route add blackhole|prohibit` says, and a firewall of this machine
        errno.EINVAL: Trouble.NO_ROUTE,
        errno.EACCES: Trouble.NOT_PERMITTED,
        errno.EPERM: Trouble.NOT_PERMITTED,
        errno.EMFILE: Trouble.NO_SOCKETS,
        errno.ENFILE: Trouble.NO_SOCKETS,
        errno.ENOBUFS: Trouble.NO_SOCKETS,
        errno.ENOMEM: Trouble.NO_SOCKETS,
    }
)
_THEIRS: Final = MappingProxyType(
    {
        errno.ECONNREFUSED: Trouble.REFUSED,
        errno.ECONNRESET: Trouble.CLOSED,
        errno.EPIPE: Trouble.CLOSED,
        errno.ECONNABORTED: Trouble.CLOSED,
        errno.ETIMEDOUT: Trouble.TIMEOUT,
        # a router's word, or a neighbour that does not answer ARP: the packet was sent
        errno.EHOSTUNREACH: Trouble.UNREACHABLE,
        errno.EHOSTDOWN: Trouble.UNREACHABLE,
        errno.EPROTO: Trouble.PROTOCOL,
    }
)

# numbers of X509_V_ERR_… in OpenSSL's x509_vfy.h
_CERTIFICATE: Final = MappingProxyType(
    {
        9: Trouble.TLS_NOT_YET_VALID,
        10: Trouble.TLS_EXPIRED,
        18: Trouble.TLS_SELF_SIGNED,
        19: Trouble.TLS_UNKNOWN_CA,
        20: Trouble.TLS_UNKNOWN_CA,
        62: Trouble.TLS_WRONG_HOST,
        64: Trouble.TLS_WRONG_HOST,
    }
)


def of_os(error: OSError) -> ProbeError:
    """What an error of a socket means; one that nobody foresaw says nothing of the target."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return of_certificate(error)
    if isinstance(error, ssl.SSLError):
        return ProbeError(Trouble.TLS_HANDSHAKE, error.reason or "handshake failed")
    number = error.errno or 0
    if number in _THEIRS:
        return ProbeError(_THEIRS[number])
    if isinstance(error, ConnectionError):
        return ProbeError(Trouble.CLOSED, str(error))
    return blind(_OURS.get(number, Trouble.FAULT), error.strerror or str(error))


def of_certificate(error: ssl.SSLCertVerificationError) -> ProbeError:
    """Which rule a chain broke."""
    trouble = _CERTIFICATE.get(error.verify_code, Trouble.TLS_CHAIN)
    return ProbeError(trouble, error.verify_message)
