"""A hub that is silent is told of from a second place: real programs, really killed."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from motcua_hub.sending.channels.fakes import Mood
from motcua_hub.sending.channels.sms import FakeGateway
from motcua_hub.sending.channels.webhook.signing import SIGNATURE, TIMESTAMP, sign
from motcua_hub.sending.watchman import watch as rules
from motcua_hub.sending.watchman.config import (
    Told,
    Watched,
    WatchmanConfigError,
    load,
)
from motcua_hub.sending.watchman.program import now_ms
from motcua_hub.sending.watchman.watch import Watch
from support.broker import free_port
from support.hubprogram import Program, hub_command, run_hub, write_config
from support.waiting import until

SECRET = "a-secret-shared-by-two-machines"


@pytest.fixture
def gateway() -> Iterator[FakeGateway]:
    server = FakeGateway()
    yield server
    server.close()


def watchman_file(folder: Path, gateway: FakeGateway, port: int, silent_s: float = 6) -> Path:
    path = folder / "watchman.toml"
    path.write_text(
        f"""
        state_dir = "watchman"
        host = "127.0.0.1"
        port = {port}
        [sms]
        url = "{gateway.url}"
        ok_field = "status"
        ok_values = ["ok"]
        timeout_s = 2
        [[hubs]]
        name = "dien-bien"
        title = "hub Điện Biên"
        secret = "{SECRET}"
        silent_s = {silent_s}
        [[tell]]
        channel = "sms"
        address = "0905111222"
        """
    )
    return path


def watchman(file: Path) -> Program:
    return Program(hub_command("watchman", "--config", file), file.parent / "watchman.log")


def hub(folder: Path, port: int) -> Program:
    sections = (
        "[web]\nport = 0",
        '[mqtt]\nhost = "127.0.0.1"\nport = 1',
        (
            f'[sending.ping]\nurl = "http://127.0.0.1:{port}/ping"\nsecret = "{SECRET}"\n'
            'name = "dien-bien"\nevery_s = 0.3'
        ),
    )
    file = write_config(folder, *sections)
    return Program(hub_command("run", "--config", file), folder / "hub.log")


def texts(gateway: FakeGateway) -> list[str]:
    return [one["text"] for one in gateway.taken.values()]


def stand(port: int) -> dict[str, object]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return json.load(answer)["dien-bien"]
    except OSError:
        return {}


@pytest.mark.slow
def test_a_killed_hub_is_told_of_once_and_so_is_its_return_whatever_happens_to_the_watchman(
    tmp_path: Path, gateway: FakeGateway
):
    port = free_port()
    file = watchman_file(tmp_path, gateway, port)
    living = hub(tmp_path, port)
    # a hub that is still starting is silent too
    until(lambda: "pages at" in (tmp_path / "hub.log").read_text(), within=60)
    watching = watchman(file)
    try:
        until(lambda: stand(port).get("heard_at", 0) > 0, within=60)
        assert texts(gateway) == []
        living.kill()
        until(lambda: len(gateway.taken) == 1, within=40)
        assert "hub Điện Biên không có tín hiệu" in texts(gateway)[0]
        watching.stop()
        watching.kill()
        watching = watchman(file)
        until(lambda: stand(port).get("heard_s_ago", 0) > 7, within=30)
        assert len(gateway.taken) == 1, "who was told is not told again after a restart"
        living = hub(tmp_path, port)
        until(lambda: len(gateway.taken) == 2, within=60)
        assert "đã có tín hiệu trở lại" in texts(gateway)[1]
        until(lambda: stand(port)["silent"] is False, within=10)
        assert len(gateway.taken) == 2
    finally:
        watching.kill()
        living.kill()


def ping(port: int, *, name: str = "dien-bien", secret: str = SECRET, at: int = 0) -> int:
    body = msgspec.json.encode({"name": name, "at": at or now_ms()})
    timestamp = str(now_ms() // 1000)
    headers = {TIMESTAMP: timestamp, SIGNATURE: sign(secret, timestamp, body)}
    url = f"http://127.0.0.1:{port}/ping"
    request = urllib.request.Request(url, body, headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - our own
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_only_the_hub_itself_can_say_that_it_lives(tmp_path: Path, gateway: FakeGateway):
    port = free_port()
    watching = watchman(watchman_file(tmp_path, gateway, port, silent_s=60))
    try:
        until(lambda: stand(port), within=20)
        assert ping(port) == 204
        assert ping(port, at=now_ms() - 60_000) == 409, "a recording"
        assert ping(port, secret="somebody-else-entirely") == 403
        assert ping(port, name="no-such-hub") == 403
        assert watching.stop() == 0
    finally:
        watching.kill()


def test_a_gateway_that_fails_is_tried_until_it_takes_the_message(
    tmp_path: Path, gateway: FakeGateway
):
    gateway.mood = Mood.BROKEN
    port = free_port()
    watching = watchman(watchman_file(tmp_path, gateway, port, silent_s=1))
    try:
        until(lambda: gateway.requests, within=20)
        gateway.mood = Mood.WELL
        until(lambda: len(gateway.taken) == 1, within=20)
    finally:
        watching.kill()


def test_a_file_without_the_channel_it_wants_is_refused_with_the_reason(
    tmp_path: Path, gateway: FakeGateway
):
    file = watchman_file(tmp_path, gateway, 1)
    file.write_text(file.read_text().replace('channel = "sms"', 'channel = "zalo"'))
    with pytest.raises(WatchmanConfigError, match="wants zalo"):
        load(file)
    done = run_hub("watchman", "--config", file)
    assert done.returncode == 2
    assert "zalo" in done.stderr


HUB = Watched(name="h", secret=SECRET)
TELL = (Told(channel="sms", address="1"), Told(channel="sms", address="2"))


def test_only_who_was_told_of_a_silence_hears_that_it_is_over():
    watch = rules.silent(Watch(heard_at=1000), HUB, TELL, 1000)
    assert rules.silent(watch, HUB, TELL, 1000) is watch
    first, second = watch.pending
    watch = rules.said(watch, first.key)
    watch = rules.unsaid(watch, second.key, 5000, perhaps=False)
    back = rules.heard(watch, HUB, 9000, 9000)
    assert [(one.address, one.back) for one in back.pending] == [("1", True)]
    perhaps = rules.unsaid(watch, second.key, 5000, perhaps=True)
    back = rules.heard(perhaps, HUB, 9000, 9000)
    assert [one.address for one in back.pending] == ["1", "2"]


def test_trying_ends_some_time():
    watch = rules.silent(Watch(), HUB, TELL[:1], 1000)
    key = watch.pending[0].key
    for _ in range(rules.MOST_TRIES):
        watch = rules.unsaid(watch, key, 0, perhaps=False)
    assert watch.pending == ()
