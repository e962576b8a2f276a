"""A program that uses the hub's API with a token of its own."""

import json
import secrets
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import Any, Final

from demo.processes import python
from demo.stack import Stack

_TIMEOUT_S: Final = 20.0


class ApiRefusedError(RuntimeError):
    """The hub said no; the message is its own."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('code')}: {problem.get('detail')}")
        self.status = status
        self.code = str(problem.get("code"))


def _admin(stack: Stack, *words: str, said: str = "") -> subprocess.CompletedProcess[str]:
    """One `motcua-hub admin` command; an account's password is read from its input."""
    command = [*python("motcua_hub", "admin", *words, "--config"), str(stack.hub_config)]
    return subprocess.run(command, check=False, capture_output=True, text=True, input=f"{said}\n")


class Api:
    """Answers are plain JSON values."""

    def __init__(self, url: str, token: str) -> None:
        self._url = f"{url}/api/v1"
        self._token = token

    @classmethod
    def of(cls, stack: Stack, name: str) -> "Api":
        """With a new account of that name and its token that may write, by the hub's command."""
        password = secrets.token_urlsafe(12)
        if _admin(stack, "add", name, said=password).returncode:
            _admin(stack, "create", name, said=password).check_returncode()
        told = _admin(stack, "token", name, "--account", name, "--write")
        told.check_returncode()
        return cls(stack.hub_url, told.stdout.strip())

    def get(self, path: str, **query: object) -> Any:  # noqa: ANN401 - JSON
        """What is at a path."""
        asked = {key: value for key, value in query.items() if value is not None}
        return self._ask("GET", f"{path}?{urllib.parse.urlencode(asked)}", None)

    def put(self, path: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        """Add or change."""
        return self._ask("PUT", path, body)

    def post(self, path: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        """Add, or do."""
        return self._ask("POST", path, body)

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None) -> Any:  # noqa: ANN401
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        request = urllib.request.Request(  # noqa: S310 - the hub's own address
            self._url + path, data=data, headers=headers, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise ApiRefusedError(error.code, json.load(error)) from error
