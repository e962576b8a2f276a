"""What a probe found: an outcome, the trouble if there was one, and how long it took."""

from enum import StrEnum

import msgspec


class Outcome(StrEnum):
    """What one probe is worth."""

    OK = "ok"
    FAIL = "fail"
    BLIND = "blind"
    """The vantage itself was cut off or unable: that says nothing of the target (R4)."""


class Trouble(StrEnum):
    """Why a probe failed, or what it warns of. Values are stored as causes of evidence."""

    # the vantage's own: blind
    NO_ROUTE = "no_route"
    RESOLVER = "resolver"
    REFERENCES = "references"
    NOT_PERMITTED = "not_permitted"
    NO_SOCKETS = "no_sockets"
    NO_SECRET = "no_secret"  # noqa: S105 - a word
    FAULT = "fault"
    # nobody is there
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    NO_SUCH_NAME = "no_such_name"
    SILENT = "silent"
    # somebody is there, and what is behind does not work
    NO_ANSWER = "no_answer"
    CLOSED = "closed"
    PROTOCOL = "protocol"
    LOGIN = "login"
    STARTING = "starting"
    HTTP_5XX = "http_5xx"
    HTTP_STATUS = "http_status"
    HTTP_BODY = "http_body"
    DNS_SERVFAIL = "dns_servfail"
    DNS_NXDOMAIN = "dns_nxdomain"
    DNS_REFUSED = "dns_refused"
    DNS_ANSWER = "dns_answer"
    MQTT_REFUSED = "mqtt_refused"
    MQTT_LOST = "mqtt_lost"
    SQL = "sql"
    # certificates
    TLS_HANDSHAKE = "tls_handshake"
    TLS_EXPIRED = "tls_expired"
    TLS_NOT_YET_VALID = "tls_not_yet_valid"
    TLS_WRONG_HOST = "tls_wrong_host"
    TLS_SELF_SIGNED = "tls_self_signed"
    TLS_UNKNOWN_CA = "tls_unknown_ca"
    TLS_CHAIN = "tls_chain"
    # warnings of something that works
    TLS_ENDS_SOON = "tls_ends_soon"
    MQTT_NOT_ALLOWED = "mqtt_not_allowed"


class Result(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One answer, or its lack.

    Attributes:
        cause: A `Trouble`; empty for a success.
        warning: A `Trouble` of a target that works all the same; empty without one.
        detail: In English for the log and for technicians, never a secret.
        latency_ms: From the first packet to the verdict.
    """

    outcome: Outcome
    cause: str = ""
    warning: str = ""
    detail: str = ""
    latency_ms: int = 0


class Sample(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A result of a target at `at` (UTC ms by the run's anchor): when it was asked."""

    target: str
    at: int
    outcome: Outcome
    cause: str = ""
    warning: str = ""
    detail: str = ""
    latency_ms: int = 0
