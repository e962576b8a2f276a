"""Which certificates are trusted and shown, and how long a peer's still lasts."""

import ssl
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import msgspec

from motcua_probes.failures import blind
from motcua_probes.results import Trouble

_DAY_MS = 86_400_000


class Secret(msgspec.Struct, frozen=True, kw_only=True):
    """What a probe logs in with. `cert` and `key` are paths of PEM files, or empty."""

    password: str = ""
    cert: str = ""
    key: str = ""

    def __repr__(self) -> str:
        """Never the password: it would end in a log."""
        return f"Secret(cert={self.cert!r})"


class Trust:
    """TLS contexts, made once for each authority and client certificate.

    Args:
        secrets: By name, as probe lists mention them.
    """

    def __init__(self, secrets: Mapping[str, Secret] = MappingProxyType({})) -> None:
        self._secrets = dict(secrets)
        self._contexts: dict[tuple[str, str], ssl.SSLContext] = {}

    def secret(self, name: str) -> Secret:
        """The secret of this name, an empty one for no name.

        Raises:
            ProbeError: Blind: this vantage has no such secret.
        """
        if not name:
            return Secret()
        found = self._secrets.get(name)
        if found is None:
            raise blind(Trouble.NO_SECRET, f"this vantage has no secret named {name!r}")
        return found

    def context(self, ca: str, secret: str = "") -> ssl.SSLContext:
        """A context that trusts `ca` alone (PEM), or the system's authorities without one."""
        key = (ca, secret)
        if key not in self._contexts:
            self._contexts[key] = self._made(ca, self.secret(secret))
        return self._contexts[key]

    def _made(self, ca: str, secret: Secret) -> ssl.SSLContext:
        try:
            context = ssl.create_default_context(cadata=ca or None)
            if secret.cert:
                context.load_cert_chain(Path(secret.cert), Path(secret.key or secret.cert))
        except (OSError, ValueError) as error:
            raise blind(Trouble.NO_SECRET, f"CA or client certificate: {error}") from error
        return context


def ends(certificate: Mapping[str, object]) -> int | None:
    """When a certificate ends (UTC ms), as told by `getpeercert`; None when it does not say."""
    told = certificate.get("notAfter")
    return int(ssl.cert_time_to_seconds(told)) * 1000 if isinstance(told, str) else None


def days_left(ends_at: int, wall_ms: int) -> int:
    """Whole days until then."""
    return (ends_at - wall_ms) // _DAY_MS
