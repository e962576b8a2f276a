"""Waitress, as it is run in earnest."""

import http.client
import threading
import time
from contextlib import contextmanager

import pytest
from flask import Flask

from motcua_hub.config import WebSection
from motcua_hub.web.server import WebServer


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
