"""`motcua-hub` as a process of its own, and a site that talks to it over a real broker."""

import queue
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from paho.mqtt.client import Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

from motcua_contract import topics
from motcua_contract.messages import Ack, HubStatus, LinkState, Message, Nak, Resume, decode
from motcua_contract.topics import Down, Up
from support.broker import Login
from support.waiting import until

_KINDS: dict[Down, type[Message]] = {Down.ACK: Ack, Down.NAK: Nak, Down.RESUME: Resume}


def hub_command(*arguments: object) -> list[str]:
    """How to run a command of the hub."""
    return [sys.executable, "-m", "motcua_hub", *map(str, arguments)]


def run_hub(*arguments: object, text: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command of the hub to its end."""
    return subprocess.run(
        hub_command(*arguments), input=text, capture_output=True, text=True, timeout=60, check=False
    )


def write_config(folder: Path, *sections: str, database_url: str = "") -> Path:
    """A hub's configuration file; its state lies beside it."""
    path = folder / "hub.toml"
    head = ['state_dir = "state"', f'database_url = "{database_url}"']
    path.write_text("\n".join([*head, *sections]) + "\n")
    return path


class Program:
    """A process of the hub. `stop` must end it within 5 s."""

    def __init__(self, command: list[str], log: Path) -> None:
        self._log = log.open("ab")
        self.process = subprocess.Popen(command, stdout=self._log, stderr=self._log)

    def stop(self) -> int:
        """SIGTERM, and its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(5)

    def kill(self) -> None:
        """SIGKILL, if it still lives."""
        self.process.kill()
        self.process.wait(10)
        self._log.close()


@contextmanager
def program(command: list[str], log: Path) -> Iterator[Program]:
    """A process that ends with the block at the latest."""
    running = Program(command, log)
    try:
        yield running
    finally:
        running.kill()


def _client(login: Login) -> Client:
    client = Client(CallbackAPIVersion.VERSION2, client_id=login.name, protocol=MQTTv5)
    client.tls_set_context(login.context())
    return client


def _connect(client: Client, login: Login) -> None:
    client.connect(login.host, login.port, clean_start=True)
    client.loop_start()
    until(client.is_connected)


class Watch:
    """Hears what ingest says of itself; only a hub's certificate may."""

    def __init__(self, login: Login) -> None:
        self.states: list[LinkState] = []
        self._client = _client(login)
        self._client.on_connect = self._on_connect
        self._client.on_message = self._on_message
        _connect(self._client, login)

    def _on_connect(self, client: Client, *_details: object) -> None:
        client.subscribe(topics.HUB_STATUS, 1)

    def _on_message(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        self.states.append(decode(HubStatus, message.payload).state)

    def is_now(self, state: LinkState) -> bool:
        """Whether its last word was this."""
        return self.states[-1:] == [state]

    def close(self) -> None:
        """Disconnect."""
        self._client.disconnect()
        self._client.loop_stop()


class Office:
    """A site's connection: says batches, hears answers."""

    def __init__(self, login: Login) -> None:
        self.site = login.site
        self.heard: queue.Queue[Message] = queue.Queue()
        self._client = _client(login)
        self._client.on_message = self._on_message
        self._client.on_connect = self._on_connect
        _connect(self._client, login)

    def _on_connect(self, client: Client, *_details: object) -> None:
        client.subscribe(topics.down_filter(self.site), 1)

    def _on_message(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        kind = topics.parse_down(message.topic, self.site)
        if kind is not None:
            self.heard.put(decode(_KINDS[kind], message.payload))

    def say(self, kind: Up, payload: bytes, *, retain: bool = False) -> None:
        """Publish with QoS 1."""
        self._client.publish(topics.up(self.site, kind), payload, qos=1, retain=retain)

    def answer(self, within: float = 10) -> Message:
        """The next message from the hub."""
        return self.heard.get(timeout=within)

    def close(self) -> None:
        """Disconnect."""
        self._client.disconnect()
        self._client.loop_stop()
