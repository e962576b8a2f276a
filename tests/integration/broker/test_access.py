"""What the generated broker configuration allows, asked of a real Mosquitto.

A granted subscription means nothing there (2.0.11 grants what it never delivers), so that every
test waits for a message that is allowed and then looks whether a forbidden one came before it.
"""

import socket
import ssl

import pytest
from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion

from motcua_contract import topics
from motcua_contract.topics import Down, Up
from motcua_provisioning.authority import Files
from support.broker import DEVICE, HOST, OTHER_DEVICE, OTHER_SITE, SITE, Broker, Login
from support.mqtt_client import TAKEN, Client
from support.waiting import until

HERE, THERE = topics.up(SITE, Up.BATCH), topics.up(OTHER_SITE, Up.BATCH)


def fence(sender: Client, receiver: Client, topic: str) -> None:
    """Wait until something said now has arrived; what was said before has too, or never will."""
    sender.publish(topic, b"fence")
    until(lambda: any(h.payload == b"fence" for h in receiver.heard))


def test_a_site_and_the_hub_hear_each_other(broker: Broker) -> None:
    with Client(broker.hub()) as hub, Client(broker.device()) as site:
        hub.subscribe(topics.all_sites(Up.BATCH))
        site.subscribe(topics.down_filter(SITE))
        assert site.publish(HERE, b"up") in TAKEN
        assert hub.publish(topics.down(SITE, Down.ACK), b"down") in TAKEN
        until(lambda: hub.heard and site.heard)
        assert (hub.heard[0].topic, hub.heard[0].payload) == (HERE, b"up")
        assert (site.heard[0].topic, site.heard[0].payload) == (
            topics.down(SITE, Down.ACK),
            b"down",
        )


def test_a_site_hears_that_ingest_came_up(broker: Broker) -> None:
    with Client(broker.hub()) as hub, Client(broker.device()) as site:
        site.subscribe(topics.HUB_STATUS)
        assert hub.publish(topics.HUB_STATUS, b"up") in TAKEN
        until(lambda: site.topics() == [topics.HUB_STATUS])


@pytest.mark.parametrize(
    "topic",
    [
        THERE,
        topics.down(OTHER_SITE, Down.ACK),
        topics.down(SITE, Down.ACK),
        topics.HUB_STATUS,
        "mc/1/anything",
        "elsewhere",
    ],
)
def test_a_site_cannot_publish_outside_its_own_topics(broker: Broker, topic: str) -> None:
    with Client(broker.hub()) as hub, Client(broker.device()) as site:
        for filter_ in ("mc/1/+/up/#", topics.HUB_STATUS):
            hub.subscribe(filter_)
        with Client(broker.device(OTHER_DEVICE)) as other:
            other.subscribe(topics.down_filter(OTHER_SITE))
            site.subscribe(topics.down_filter(SITE))
            assert site.publish(topic, b"forged") == "Not authorized"
            fence(site, hub, HERE)
            fence(hub, other, topics.down(OTHER_SITE, Down.ACK))
            fence(hub, site, topics.down(SITE, Down.ACK))
            heard = [h.payload for h in hub.heard + other.heard + site.heard]
            assert b"forged" not in heard


@pytest.mark.parametrize(
    "filter_",
    ["#", "+/#", "mc/1/#", "mc/1/+/up/#", f"mc/1/{OTHER_SITE}/#", f"$share/g/mc/1/{OTHER_SITE}/#"],
)
def test_a_site_never_hears_another(broker: Broker, filter_: str) -> None:
    with (
        Client(broker.hub()) as hub,
        Client(broker.device()) as site,
        Client(broker.device(OTHER_DEVICE)) as other,
    ):
        other.publish(topics.up(OTHER_SITE, Up.STATUS), b"kept", retain=True)
        site.subscribe(filter_)
        site.subscribe(topics.down_filter(SITE))
        other.publish(THERE, b"secret")
        hub.publish(topics.down(OTHER_SITE, Down.CONFIG), b"secret", retain=True)
        fence(hub, site, topics.down(SITE, Down.ACK))
        assert set(site.topics()) == {topics.down(SITE, Down.ACK)}


@pytest.mark.parametrize("filter_", ["$SYS/#", "$SYS/broker/version"])
@pytest.mark.parametrize("who", ["device", "hub"])
def test_the_brokers_own_figures_are_unreadable(broker: Broker, who: str, filter_: str) -> None:
    login = broker.device() if who == "device" else broker.hub()
    with Client(login) as client, Client(broker.hub() if who == "device" else broker.device()) as o:
        client.subscribe(filter_)
        if who == "device":
            client.subscribe(topics.down_filter(SITE))
            fence(o, client, topics.down(SITE, Down.ACK))
        else:
            client.subscribe(topics.all_sites(Up.BATCH))
            fence(o, client, HERE)
        assert not [topic for topic in client.topics() if topic.startswith("$SYS")]


def test_a_will_into_another_site_is_never_delivered(broker: Broker) -> None:
    with Client(broker.hub()) as hub, Client(broker.device(OTHER_DEVICE)) as other:
        hub.subscribe(topics.all_sites(Up.STATUS))
        hub.subscribe(topics.all_sites(Up.BATCH))
        forger = Client(broker.device(), will=(topics.up(OTHER_SITE, Up.STATUS), b"offline"))
        with forger:
            assert forger.publish(topics.up(SITE, Up.STATUS), b"mine") in TAKEN
            forger.drop()
        fence(other, hub, THERE)
        assert topics.up(OTHER_SITE, Up.STATUS) not in hub.topics()


def test_a_will_of_its_own_is_delivered_when_the_line_breaks(broker: Broker) -> None:
    own = topics.up(SITE, Up.STATUS)
    with Client(broker.hub()) as hub:
        hub.subscribe(topics.all_sites(Up.STATUS))
        with Client(broker.device(), will=(own, b"offline")) as site:
            site.drop()
            until(lambda: own in hub.topics())


def test_a_foreign_client_id_cannot_push_the_other_out(broker: Broker) -> None:
    with Client(broker.device()) as site, Client(broker.hub()) as hub:
        site.subscribe(topics.down_filter(SITE))
        with Client(broker.device(OTHER_DEVICE), client_id=DEVICE) as thief:
            assert thief.connected.is_set()
            fence(hub, site, topics.down(SITE, Down.ACK))
            assert not site.lost.is_set()
            assert thief.publish(HERE) == "Not authorized"


def test_two_connections_of_one_certificate_take_over_from_each_other(broker: Broker) -> None:
    with Client(broker.device()) as first, Client(broker.device()) as second:
        until(first.lost.is_set)
        assert second.publish(HERE) in TAKEN


def test_a_revoked_certificate_is_refused_after_the_reload(broker: Broker) -> None:
    login = broker.device()
    with Client(login) as before:
        assert before.connected.is_set()
    broker.revoke(DEVICE)
    with Client(login) as after:
        assert not after.connected.is_set()
        assert after.lost.is_set() or after.refused


def test_a_revoked_device_that_is_still_connected_is_silenced(broker: Broker) -> None:
    with Client(broker.hub()) as hub, Client(broker.device()) as site:
        hub.subscribe(topics.all_sites(Up.BATCH))
        assert site.publish(HERE, b"before") in TAKEN
        broker.revoke(DEVICE)
        assert site.publish(HERE, b"after") == "Not authorized"
        with Client(broker.device(OTHER_DEVICE)) as other:
            fence(other, hub, THERE)
        assert [h.payload for h in hub.heard if h.topic == HERE] == [b"before"]


def test_a_device_enrolled_while_the_broker_runs_may_speak(broker: Broker) -> None:
    login = broker.enroll("d-new1", "thu-duc-01")
    with Client(login) as site:
        assert site.publish(topics.up("thu-duc-01", Up.BATCH)) in TAKEN


def test_a_certificate_that_nobody_enrolled_may_say_nothing(broker: Broker) -> None:
    with Client(broker.device("d-unknown")) as stranger:
        assert stranger.publish(HERE) == "Not authorized"


def test_plain_tcp_is_refused(broker: Broker) -> None:
    with socket.create_connection((HOST, broker.port), timeout=5) as plain:
        plain.sendall(b"\x10\x10\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x03abc")
        try:
            answer = plain.recv(4)
        except ConnectionError:
            answer = b""
    assert answer[:1] != b"\x20", "the broker answered a CONNECT without TLS"


def test_only_one_port_is_open(broker: Broker) -> None:
    opened = [line for line in broker.log.splitlines() if "listen socket" in line]
    assert len(opened) == 1
    assert str(broker.port) in opened[0]


def test_a_client_without_a_certificate_is_refused(broker: Broker) -> None:
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id="nobody")
    connected: list[object] = []
    lost: list[object] = []
    client.on_connect = lambda *args: connected.append(args)
    client.on_disconnect = lambda *args: lost.append(args)
    client.tls_set_context(ssl.create_default_context(cafile=str(broker.device().ca)))
    try:
        client.connect(HOST, broker.port)
        client.loop_start()
        until(lambda: connected or lost)
    except OSError:
        lost.append("refused in the handshake")
    finally:
        client.loop_stop()
    assert lost
    assert not connected


def test_the_brokers_own_certificate_is_none_for_a_client(broker: Broker) -> None:
    folder = broker.folder
    files = Files(folder / "ca.crt", folder / "server.crt", folder / "server.key")
    login = Login("localhost", "", HOST, broker.port, files.ca, files.cert, files.key)
    with Client(login) as client:
        assert not client.connected.is_set()


def test_a_packet_over_the_limit_is_refused_and_the_largest_batch_is_not(broker: Broker) -> None:
    with Client(broker.device()) as site:
        assert site.publish(HERE, b"x" * 256 * 1024) in TAKEN
        assert site.publish(HERE, b"x" * 300 * 1024) not in TAKEN


def test_a_keepalive_over_the_limit_is_brought_down_by_the_broker(broker: Broker) -> None:
    with Client(broker.device(), keepalive_s=600) as site:
        assert site.connected.is_set()
        assert site.server_keepalive == 120
