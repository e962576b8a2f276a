"""What is to be probed, from where and how: part of a site's desired configuration.

Times are ms. Targets are named as in the hub's registry of targets.
"""

from enum import StrEnum
from typing import Annotated, Final

import msgspec

TARGET_PATTERN: Final = r"^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?\Z"
TargetId = Annotated[str, msgspec.Meta(pattern=TARGET_PATTERN)]
_Ms = Annotated[int, msgspec.Meta(ge=100, le=86_400_000)]
_Port = Annotated[int, msgspec.Meta(ge=1, le=65_535)]
_Runs = Annotated[int, msgspec.Meta(ge=1, le=100)]


class ProbeKind(StrEnum):
    """How a target is asked."""

    HTTP = "http"
    TCP = "tcp"
    TLS = "tls"
    DNS = "dns"
    ICMP = "icmp"
    MQTT = "mqtt"
    POSTGRESQL = "postgresql"
    PUSH = "push"
    """Nothing is asked: the target calls, and its silence is a failure."""


class ProbeSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One probe of one target by one vantage.

    Attributes:
        target: The target whose state it tells.
        kind: How.
        host: Name or address that is asked; for `push` nothing.
        port: None is the kind's own (80 or 443, 443, 53, 1883 or 8883, 5432).
        tls: Over TLS (`http`, `mqtt`, `postgresql`).
        path: Of the URL (`http`); the name asked for (`dns`); the database (`postgresql`); a topic
            that is published to and must come back (`mqtt`; empty: connected and pinged, no more).
        expect_status: HTTP statuses that are a success; empty is 200 to 399.
        expect_body: A text that the body must hold (`http`), or the answer (`dns`).
        record: The type of the DNS record.
        ca: PEM of the only authority to be trusted; empty is the system's.
        days_left: A certificate with fewer days left is warned of, not a failure (over TLS).
        user, secret: `secret` names a secret of the vantage, never the secret itself.
        interval, retry, timeout: ms; see the ledger's rules R1 to R3.
            With a `timeout` above `retry` a failing probe is repeated only once it has ended, and
            an outage is confirmed that much later.
        n_down, n_up: How many failures or successes in a row confirm a change.
    """

    target: TargetId
    kind: ProbeKind
    host: str = ""
    port: _Port | None = None
    tls: bool = False
    path: str = ""
    expect_status: tuple[Annotated[int, msgspec.Meta(ge=100, le=599)], ...] = ()
    expect_body: str = ""
    record: str = "A"
    ca: str = ""
    days_left: Annotated[int, msgspec.Meta(ge=0, le=3650)] = 21
    user: str = ""
    secret: str = ""
    interval: _Ms = 30_000
    retry: _Ms = 5_000
    timeout: _Ms = 5_000
    n_down: _Runs = 3
    n_up: _Runs = 2

    @property
    def horizon(self) -> int:
        """How long a sample speaks when no other follows (R1), in ms."""
        return 2 * self.interval + self.timeout


class Reference(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something whose answer shows that the vantage itself is not cut off (R4)."""

    kind: ProbeKind
    host: str
    port: _Port | None = None


class ProbeList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that one vantage probes. `version` grows with every change."""

    version: Annotated[int, msgspec.Meta(ge=0)] = 0
    probes: tuple[ProbeSpec, ...] = ()
    references: tuple[Reference, ...] = ()
