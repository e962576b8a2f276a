"""PostgreSQL: logged in, and `select 1` is answered. psycopg speaks."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from motcua_probes.attempt import Attempt
from motcua_probes.failures import ProbeError, blind
from motcua_probes.results import Trouble

_STARTING = ("57P01", "57P02", "57P03")
_LOGIN = ("28000", "28P01", "3D000")


async def postgresql(attempt: Attempt) -> None:
    """The database answers a query."""
    address = await attempt.address()
    secret = attempt.vantage.trust.secret(attempt.spec.secret)
    try:
        with _authority(attempt) as trusted:
            connection = await psycopg.AsyncConnection.connect(
                host=attempt.name,
                hostaddr=address,
                port=attempt.port,
                dbname=attempt.spec.path or "postgres",
                user=attempt.spec.user or "postgres",
                password=secret.password or None,
                passfile=f"{os.devnull}/none",
                sslcert=secret.cert or None,
                sslkey=secret.key or None,
                sslmode=trusted[0],
                sslrootcert=trusted[1],
                autocommit=True,
                application_name="motcua-probe",
            )
        attempt.reached = True
        async with connection:
            answer = await (await connection.execute("select 1")).fetchone()
    except psycopg.Error as error:
        raise _told(error) from error
    if answer != (1,):
        raise ProbeError(Trouble.SQL, "select 1 is not 1")


@contextmanager
def _authority(attempt: Attempt) -> Iterator[tuple[str, str | None]]:
    """Authorities as libpq wants them: from a file."""
    if not attempt.spec.tls:
        yield "disable", None
    elif not attempt.spec.ca:
        yield "verify-full", "system"
    else:
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
            file.write(attempt.spec.ca)
            file.flush()
            yield "verify-full", file.name


def _told(error: psycopg.Error) -> ProbeError:
    state, text = error.sqlstate or "", str(error).strip()
    if state in _STARTING or "starting up" in text or "shutting down" in text:
        return ProbeError(Trouble.STARTING, "the server is starting or shutting down")
    if state in _LOGIN or any(sign in text for sign in _REFUSALS):
        return ProbeError(Trouble.LOGIN, "user, password or database refused")
    if _NO_ROUTE in text:
        return blind(Trouble.NO_ROUTE)
    for sign, trouble in _SIGNS:
        if sign in text:
            return ProbeError(trouble)
    return ProbeError(Trouble.SQL, text.splitlines()[0] if text else type(error).__name__)


_REFUSALS = ("authentication failed", "no pg_hba.conf entry", "does not exist")
_NO_ROUTE = "Network is unreachable"
_SIGNS = (
    ("Connection refused", Trouble.REFUSED),
    ("certificate verify failed", Trouble.TLS_CHAIN),
    ("server certificate for", Trouble.TLS_WRONG_HOST),
    ("SSL error", Trouble.TLS_HANDSHAKE),
    ("does not support SSL", Trouble.TLS_HANDSHAKE),
    ("server closed the connection", Trouble.CLOSED),
    ("Connection reset", Trouble.CLOSED),
    ("No route to host", Trouble.UNREACHABLE),
    ("timeout expired", Trouble.TIMEOUT),
    ("timed out", Trouble.TIMEOUT),
)
