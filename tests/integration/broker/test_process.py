"""The broker fixture itself: starts, dies, forgets and comes back, also in awkward folders."""

import socket

from motcua_contract import topics
from motcua_contract.topics import Down, Up
from support.broker import HOST, SITE, Broker, MakeBroker
from support.mqtt_client import TAKEN, Client
from support.waiting import until

STATUS = topics.up(SITE, Up.STATUS)


def test_a_folder_with_spaces_will_do(make_broker: MakeBroker) -> None:
    broker = make_broker(name="một cửa (bản 2)").start()
    with Client(broker.device()) as site:
        assert site.publish(STATUS) in TAKEN


def test_retained_messages_survive_a_stop_and_not_a_lost_memory(broker: Broker) -> None:
    with Client(broker.device()) as site:
        site.publish(STATUS, b"online", retain=True)
    broker.restart()
    with Client(broker.hub()) as hub:
        hub.subscribe(topics.all_sites(Up.STATUS))
        until(lambda: hub.topics() == [STATUS])
    broker.restart(kill=True, forget=True)
    with Client(broker.hub()) as hub, Client(broker.device()) as site:
        hub.subscribe(topics.all_sites(Up.STATUS))
        site.publish(STATUS, b"fence")
        until(lambda: hub.heard)
        assert [h.payload for h in hub.heard] == [b"fence"]


def test_a_killed_broker_cuts_its_clients_and_comes_back_on_the_same_port(broker: Broker) -> None:
    port = broker.port
    with Client(broker.device()) as site:
        broker.kill()
        until(site.lost.is_set)
    broker.start()
    assert broker.port == port
    with Client(broker.device()) as site:
        assert site.publish(STATUS) in TAKEN


def test_a_suspended_broker_answers_nothing_until_it_goes_on(broker: Broker) -> None:
    with Client(broker.hub()) as hub, Client(broker.device()) as site:
        site.subscribe(topics.down_filter(SITE))
        broker.suspend()
        hub.say(topics.down(SITE, Down.ACK), b"late")
        assert site.heard == []
        broker.resume()
        until(lambda: site.heard)


def test_a_renewed_server_certificate_is_shown_after_a_reload(broker: Broker) -> None:
    before = shown(broker)
    broker.pki.authority.issue_server(["localhost", HOST]).write(broker.folder, "server")
    broker.reload()
    assert shown(broker) != before


def shown(broker: Broker) -> bytes:
    """The certificate that the broker shows now."""
    context = broker.device().context()
    with (
        socket.create_connection((HOST, broker.port), timeout=5) as plain,
        context.wrap_socket(plain, server_hostname=HOST) as secure,
    ):
        certificate = secure.getpeercert(binary_form=True)
        assert certificate is not None
        return certificate
