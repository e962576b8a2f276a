"""A technician at the province: an account at the hub, and what its pages say now."""

import http.cookiejar
import json
import re
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import Any, Final

NAME: Final = "ky-thuat"
PASSWORD: Final = "mot cua lien thong"  # noqa: S105  of a demo on this machine only
_TIMEOUT_S: Final = 10.0
_PROOF: Final = re.compile(r'name="proof" value="([^"]+)"')
_NOT_HEARD: Final = frozenset({("link", "suspect"), ("link", "stopped")})


class Technician:
    """Signed in at the hub once `sign_up` has returned."""

    def __init__(self, hub_url: str) -> None:
        self._url = hub_url
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(cookies)

    def sign_up(self, token: str) -> None:
        """Make the first account with the hub's one-time token; log in where there is one."""
        who = {"username": NAME, "password": PASSWORD}
        if token:
            self._send("/setup", {**who, "token": token, "again": PASSWORD})
        else:
            self._send("/login", who)

    def command(self, site: str, name: str, **arguments: str) -> None:
        """Give an office a named command from its page."""
        self._send(f"/sites/{site}/commands", {"name": name, **arguments})

    def register(self, site: str, device: Mapping[str, str]) -> None:
        """Write a device of an office down."""
        self._send(f"/sites/{site}/registry", dict(device))

    def _send(self, path: str, form: dict[str, str]) -> None:
        proof = _PROOF.search(self._page(path))
        body = urllib.parse.urlencode({**form, "proof": proof[1] if proof else ""}).encode()
        self._opener.open(self._url + path, body, timeout=_TIMEOUT_S).close()

    def _page(self, path: str) -> str:
        with self._opener.open(self._url + path, timeout=_TIMEOUT_S) as answer:
            return str(answer.read().decode())

    def province(self) -> dict[str, Any]:
        """What the overview shows, as JSON."""
        told: dict[str, Any] = json.loads(self._page("/api/v1/sites"))
        return told

    def sees(self, site: str, component: str, code: str) -> bool:
        """Whether the overview shows this fault now.

        For `link` also how the hub hears the office; `hub` says that it hears nobody.
        """
        if component == "server":
            return self.has_incident(code)
        told = self.province()
        if component == "hub":
            return not told["hub_hears"]
        (line,) = [line for line in told["sites"] if line["site"] == site]
        if (component, code) in _NOT_HEARD:
            return str(line["link"]) == code
        return any((b["component"], b["code"]) == (component, code) for b in line["broken"])

    def has_incident(self, target: str) -> bool:
        """Whether this target is down and an incident says so."""
        told = json.loads(self._page("/api/v1/incidents"))
        mine = [each for each in told["incidents"] if each["target"] == target]
        return any(each["restored_at"] is None for each in mine)

    def is_heard(self, site: str) -> bool:
        """Whether the hub knows this office and hears it."""
        lines = {line["site"]: line["link"] for line in self.province()["sites"]}
        return bool(lines.get(site) == "online")
