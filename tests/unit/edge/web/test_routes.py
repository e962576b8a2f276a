"""Rules about the route table itself."""

import pytest

from motcua_edge.web.access import Auth, in_lan
from motcua_edge.web.routes import ROUTES

OPEN = {"/healthz", "/readyz"}
FOR_CITIZENS = {
    "/api/v1/tickets",
    "/reprint",
    "/api/v1/kiosk/help",
    "/api/v1/kiosk/speak",
    "/api/v1/day/confirm",
    "/api/v1/ratings",
    "/api/v1/pairing",
    "/api/v1/presence",
    "/api/v1/technician/login",
}
READS = {"show", "qr"}


@pytest.mark.parametrize("route", ROUTES, ids=lambda r: f"{r.method} {r.path}")
def test_every_route_declares_whom_it_lets_in(route):
    assert isinstance(route.auth, Auth)


def test_only_probes_are_open_to_anybody():
    assert {r.path for r in ROUTES if r.auth is Auth.OPEN} == OPEN


def test_only_citizens_actions_and_log_ins_change_anything_without_a_session():
    unguarded = [r for r in ROUTES if r.method != "GET" and r.auth is Auth.LAN]
    assert all(r.path.endswith(tuple(FOR_CITIZENS)) for r in unguarded)


def test_nothing_is_changed_by_get():
    families = ("counter", "tickets", "rating", "technician", "kiosk", "screens", "cameras")
    commands = tuple(f"api_{family}" for family in families)
    for route in ROUTES:
        changes = (
            route.handler.__module__.endswith(commands) and route.handler.__name__ not in READS
        )
        assert (route.method == "POST") is changes, route.path


def test_no_route_is_declared_twice():
    named = [(r.method, r.path) for r in ROUTES]
    assert len(named) == len(set(named))


def test_every_handler_of_a_command_says_its_path():
    for route in ROUTES:
        if route.method == "POST":
            assert route.handler.__doc__.startswith("POST /api/v1/"), route.path


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("192.168.1.20", True),
        ("::ffff:192.168.1.20", True),
        ("10.1.2.3", False),
        ("::1", False),
        ("", False),
        ("nonsense", False),
    ],
)
def test_an_address_is_in_the_lan_only_when_a_network_holds_it(address, inside):
    assert in_lan(address, ("192.168.0.0/16",)) is inside
