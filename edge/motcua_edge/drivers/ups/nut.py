"""A UPS behind NUT's upsd, by aionut.

aionut is wrapped because it leaks more than it promises (EOFError, LimitOverrunError, IndexError),
refuses every reading that has one letter outside ASCII, keeps escapes, and after a leak may read
the rest of an old answer as a new one. Here each exchange has a connection of its own and one
deadline, text is UTF-8 with replacement, and every end of an exchange is a typed UpsError.
"""

import asyncio
import re
from collections.abc import Coroutine, Mapping
from typing import Any, Final, TypeVar

from aionut import AIONUTClient, NUTCommandError, NUTError, NUTLoginError

from motcua_edge.drivers.ups.port import (
    UpsDriverGoneError,
    UpsError,
    UpsGarbledError,
    UpsRefusedError,
    UpsStaleError,
    UpsUnknownError,
    UpsUnreachableError,
)

T = TypeVar("T")
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_ERRORS: Final[tuple[tuple[str, type[UpsError]], ...]] = (
    ("DATA-STALE", UpsStaleError),
    ("DRIVER-NOT-CONNECTED", UpsDriverGoneError),
    ("UNKNOWN-UPS", UpsUnknownError),
)
_LEAKS: Final = (EOFError, LookupError, ValueError, asyncio.LimitOverrunError)
"""What aionut lets through when the server speaks nonsense or hangs up in the middle."""


class _Client(AIONUTClient):
    """aionut with its two faults mended that cannot be mended from outside (see decision 9)."""

    async def _read_util(self, data: str) -> str:
        """As aionut's, for text that is not ASCII."""
        if self._reader is None:
            raise EOFError
        answer = await self._reader.readuntil(data.encode())
        return answer.decode("utf-8", errors="replace")

    def disconnect(self) -> None:
        """As aionut's, also for a connection that failed before it was complete."""
        writer, self._reader, self._writer, self._connected = self._writer, None, None, False
        if writer is not None:
            writer.close()


class NutUps:
    """The UPS `name` of the upsd at `host:port`.

    Args:
        name: As in upsd's ups.conf.
        host: upsd's address.
        port: upsd's port.
        login: User and password of upsd.users, for commands; None to read only.
        timeout_s: Deadline of one exchange, connection included.
    """

    def __init__(
        self,
        name: str,
        host: str = "127.0.0.1",
        port: int = 3493,
        *,
        login: tuple[str, str] | None = None,
        timeout_s: float = 3.0,
    ) -> None:
        self._name = name
        self._timeout_s = timeout_s
        user, password = login or (None, None)
        self._client = _Client(host, port, user, password, timeout=timeout_s, persistent=False)

    async def read(self) -> Mapping[str, str]:
        """All variables, unescaped."""
        found = await self._exchange(self._client.list_vars(self._name))
        return {name: _plain(value) for name, value in found.items()}

    async def commands(self) -> frozenset[str]:
        """The instant commands."""
        return frozenset(await self._exchange(self._client.list_commands(self._name)))

    async def run(self, command: str) -> None:
        """One instant command."""
        answer = await self._exchange(self._client.run_command(self._name, command))
        if not answer.startswith("OK"):
            msg = f"{command}: upsd said {answer[:80]!r} instead of OK"
            raise UpsGarbledError(msg)

    async def _exchange(self, talk: Coroutine[Any, Any, T]) -> T:
        try:
            async with asyncio.timeout(self._timeout_s):
                return await talk
        except NUTCommandError as error:
            raise _refusal(str(error)) from error
        except NUTLoginError as error:
            raise UpsRefusedError(_said(str(error))) from error
        except (NUTError, OSError) as error:  # TimeoutError is an OSError
            msg = f"{type(error).__name__}: {error}".rstrip(": ")
            raise UpsUnreachableError(msg) from error
        except _LEAKS as error:
            msg = f"no valid answer: {type(error).__name__}"
            raise UpsGarbledError(msg) from error


def _refusal(text: str) -> UpsError:
    said = _said(text)
    kind = next((kind for token, kind in _ERRORS if token in said), UpsRefusedError)
    return kind(said)


def _said(text: str) -> str:
    """The server's own words; aionut puts the command before them."""
    found = text.find("ERR ")
    return text[found:] if found >= 0 else text


def _plain(value: str) -> str:
    r"""A value as the UPS has it: `\"` and `\\` undone.

    aionut strips all quotes at the ends, also the one of a `\"` that ends the value: an odd number
    of backslashes at the end tells that there was one.
    """
    bare = value.rstrip("\\")
    if (len(value) - len(bare)) % 2:
        value += '"'
    return _ESCAPED.sub(r"\1", value)
