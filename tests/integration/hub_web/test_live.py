"""What keeps a page live."""

import json

import pytest
from sqlalchemy import update

from motcua_hub.store import schema
from motcua_hub.store.engine import writing
from support.hub_seed import NOW, seed_show


@pytest.fixture
def client(hub):
    seed_show(hub)
    return hub.signed_in()


def test_the_parts_are_what_the_page_shows(client):
    page = client.get("/sites/ben-thanh").text
    live = client.get("/live/sites/ben-thanh").json
    for name, html in live["parts"].items():
        assert f'id="{name}"' in page
        assert html.strip() in page
    for name, rows in live["lists"].items():
        assert f'id="{name}"' in page
        assert all(f'id="{row["id"]}"' in row["html"] for row in rows)


def test_the_overview_rows_are_what_the_page_shows(client):
    page = client.get("/").text
    rows = client.get("/live/overview").json["lists"]["list-sites"]
    assert rows[0]["id"] == "row-phu-lien"
    assert all(row["html"].strip() in page for row in rows)


def test_nothing_new_costs_no_body(hub, client):
    first = client.get("/live/overview")
    hub.clock.now = NOW + 3_000
    again = client.get("/live/overview", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["X-Clock"] == "08:00:03"


def test_a_new_ticket_is_seen(hub, client):
    first = client.get("/live/overview")
    with writing(hub.engine) as connection:
        connection.execute(
            update(schema.queue_day)
            .where(schema.queue_day.c.site == "an-khanh")
            .values(issued=89, waiting=15)
        )
    again = client.get("/live/overview", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    changed = [
        new["id"]
        for old, new in zip(
            first.json["lists"]["list-sites"], again.json["lists"]["list-sites"], strict=True
        )
        if old != new
    ]
    assert changed == ["row-an-khanh"]


def test_a_site_falling_silent_is_seen_without_any_new_row(hub, client):
    first = client.get("/live/sites/an-khanh")
    hub.clock.now = NOW + 3_600_000
    with writing(hub.engine) as connection:
        connection.execute(update(schema.heartbeat).values(at=hub.clock.now))
    again = client.get("/live/sites/an-khanh", headers={"If-None-Match": first.headers["ETag"]})
    assert "Mất kết nối" in json.dumps(again.json, ensure_ascii=False)


def test_the_filter_of_the_page_is_kept(client):
    rows = client.get("/live/overview?state=critical").json["lists"]["list-sites"]
    assert [row["id"] for row in rows] == ["row-phu-lien"]
