"""Hears everything that goes over a broker, and holds it against docs/asyncapi.yaml.

For a broker of the `make_broker` fixture, or any broker folder that an authority wrote:
`with recording(broker_folder, authority, port, pid) as heard: …; heard.verify()`.
"""

import contextlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from motcua_provisioning.authority import Authority
from motcua_provisioning.broker import reload
from support import asyncapi
from support.broker import HOST, Login
from support.mqtt_client import Client, Heard
from support.waiting import until

SPY = "hub-spy"
_RULES = f"\nuser {SPY}\ntopic read mc/1/#\n"


class Recording:
    """What was heard so far."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def messages(self) -> list[Heard]:
        """Everything heard so far, in order."""
        return list(self._client.heard)

    def verify(self) -> Counter[str]:
        """Fail on the first message that the document does not describe; how many of each came."""
        return Counter(asyncapi.check(h.topic, h.payload) for h in self.messages())

    def kinds(self) -> set[str]:
        """The names of the messages heard so far, unchecked."""
        names = asyncapi.document()["channels"]
        heard = {asyncapi.channel_of(h.topic) for h in self.messages()}
        return {name for channel in heard for name in names[channel]["messages"]}

    def wait_for(self, *names: str, within: float = 20) -> None:
        """Wait until at least one of each of these messages came."""
        until(lambda: set(names) <= self.kinds(), within=within)


@contextlib.contextmanager
def recording(folder: Path, authority: Authority, port: int, pid: int) -> Iterator[Recording]:
    """Listen to all of Motcua's topics on a running broker, by a right that only tests give."""
    with (folder / "acl").open("a") as rules:
        rules.write(_RULES)
    reload(pid)
    files = authority.issue_hub(SPY).write(folder / "spy")
    login = Login(SPY, "", HOST, port, files.ca, files.cert, files.key)
    with Client(login) as client:
        client.subscribe("mc/1/#")
        yield Recording(client)
