"""Waitress, as it is run in earnest."""

import http.client
import socket
import threading
import time
from contextlib import contextmanager

import pytest
from flask import Flask

from motcua_hub.config import WebSection
from motcua_hub.web.server import WebServer
from motcua_hub.web.slow import SlowSenders


@contextmanager
def running(app, **more):
    server = WebServer(app, WebSection(port=0, **more))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server, thread
    finally:
        server.close()
        thread.join(10)


def ask(server, path):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    return connection, answer


def test_pages_are_served_over_a_real_connection(hub):
    with running(hub.app) as (server, _):
        connection, answer = ask(server, "/healthz")
        assert (answer.status, answer.headers["Server"]) == (200, "motcua")
        connection.close()


def test_it_ends_soon_although_a_browser_holds_on(hub):
    with running(hub.app) as (server, thread):
        connection, _ = ask(server, "/healthz")
        begun = time.monotonic()
        server.close()
        thread.join(5)
        assert not thread.is_alive()
        assert time.monotonic() - begun < 4
        connection.close()


def test_it_ends_although_a_request_hangs():
    app, asked, free = Flask("slow"), threading.Event(), threading.Event()

    @app.get("/")
    def slow():
        asked.set()
        free.wait(20)
        return "late"

    with running(app, threads=1) as (server, thread):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        connection.request("GET", "/")
        assert asked.wait(10)
        server.close()
        thread.join(5)
        assert not thread.is_alive()
        free.set()
        connection.close()


def test_closing_twice_does_no_harm(hub):
    with running(hub.app) as (server, thread):
        server.close()
        thread.join(5)
        server.close()


def test_a_port_that_is_taken_is_refused_at_once(hub):
    with running(hub.app) as (server, _), pytest.raises(OSError, match="in use"):
        WebServer(hub.app, WebSection(port=server.port))


class Channel:
    """As much of a connection as is looked at."""

    def __init__(self, request=None):
        self.request = request
        self.will_close = False


def test_who_never_finishes_a_request_is_sent_away_and_nobody_else():
    slow, idle, trickling = SlowSenders(within_s=20), Channel(), Channel(request="half")
    assert slow.sweep([idle, trickling], 100.0) == 0
    assert slow.sweep([idle, trickling], 119.0) == 0
    assert slow.sweep([idle, trickling], 120.0) == 1
    assert trickling.will_close
    assert not idle.will_close


def test_each_request_of_a_connection_has_its_own_time():
    slow, busy = SlowSenders(within_s=20), Channel(request="first")
    slow.sweep([busy], 100.0)
    busy.request = None
    slow.sweep([busy], 110.0)
    busy.request = "second"
    assert slow.sweep([busy], 125.0) == 0
    assert not busy.will_close


def test_a_request_that_trickles_is_cut_off_on_a_real_connection(hub, monkeypatch):
    monkeypatch.setattr(SlowSenders.__init__, "__defaults__", (0.5,))
    with (
        running(hub.app) as (server, _),
        socket.create_connection(("127.0.0.1", server.port), timeout=10) as sender,
    ):
        sender.sendall(b"GET /healthz HTTP/1.1\r\nHost: a")
        assert sender.recv(100) == b""
