"""The event timeline: keyset pages, newest first, nothing twice, nothing left out."""

import re
from itertools import chain

import pytest
from sqlalchemy import insert

from motcua_hub.store import schema
from motcua_hub.store.engine import reading, writing
from motcua_hub.web.queries import timeline
from support.hub_seed import NOW, event_row, seed_show


@pytest.fixture
def client(hub):
    seed_show(hub)
    return hub.signed_in()


def sequence_numbers(page):
    return [int(n) for n in re.findall(r"[0-9a-f]{8}·(\d+)", page)]


def walk(client, path):
    """The sequence numbers on each page, following the links."""
    found = []
    while path:
        page = client.get(path).text
        found.append(sequence_numbers(page))
        link = re.search(r'rel="next" href="([^"]+)"', page)
        path = link.group(1).replace("&amp;", "&") if link else ""
    return found


def test_all_events_are_shown_once_newest_first(client):
    pages = walk(client, "/sites/ben-thanh/events")
    assert [len(page) for page in pages] == [50, 50, 20]
    assert list(chain.from_iterable(pages)) == list(range(1, 121))


def test_events_at_the_same_time_are_neither_lost_nor_doubled(hub):
    with writing(hub.engine) as connection:
        rows = [event_row("a", n, "day.opened/1", b"{}", best_time=NOW) for n in range(1, 131)]
        connection.execute(insert(schema.event), rows)
        connection.execute(insert(schema.site).values(id="a", name="A", created_at=NOW))
    pages = walk(hub.signed_in(), "/sites/a/events")
    assert sorted(chain.from_iterable(pages)) == list(range(1, 131))


def test_events_are_filtered_by_type_and_day(client):
    page = client.get("/sites/ben-thanh/events?type=ticket.called/1").text
    assert all(n % 4 == 3 for n in sequence_numbers(page))
    assert sequence_numbers(client.get("/sites/ben-thanh/events?day=2026-11-22").text) == []
    assert sequence_numbers(client.get("/sites/ben-thanh/events?day=2026-11-23").text)


def test_paging_keeps_the_filter(client):
    pages = walk(client, "/sites/ben-thanh/events?day=2026-11-23&type=")
    assert len(list(chain.from_iterable(pages))) == 120


@pytest.mark.parametrize("before", ["x", "1", "1.2.3", "99999999999999999999999.1"])
def test_a_broken_page_link_shows_the_newest_and_says_so(client, before):
    answer = client.get(f"/sites/ben-thanh/events?before={before}")
    assert answer.status_code == 200
    assert sequence_numbers(answer.text)[0] == 1
    assert "không còn dùng được" in answer.text


def test_time_of_the_site_and_best_time_are_both_shown(client):
    page = client.get("/sites/ben-thanh/events").text
    assert "± 0,2 giây" in page
    assert "± chưa rõ" in page
    assert "Giờ lưu từ lần tắt trước, chưa đáng tin" in page


def test_what_could_not_be_read_is_shown_as_such(client):
    page = client.get("/sites/ben-thanh/events").text
    assert "Cách ly: không đọc được nội dung" in page
    assert "ff 00" in page
    assert "Nội dung còn giữ tại điểm" in page
    assert "future.thing/9" in page


@pytest.mark.usefixtures("client")
def test_a_page_deep_in_the_past_uses_the_index(hub):
    with reading(hub.engine) as connection:
        rows, more = timeline.read(connection, "ben-thanh", before=timeline.Cursor(NOW - 60_000, 1))
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT id FROM event WHERE site = 'a' AND best_time <= 5 "
            "ORDER BY best_time DESC, id DESC LIMIT 51"
        ).fetchall()
    assert more
    assert len(rows) == timeline.PAGE
    assert "ix_event_site_best_time" in str(plan)
    assert "TEMP B-TREE FOR ORDER BY" not in str(plan).replace("LAST TERM OF", "")
