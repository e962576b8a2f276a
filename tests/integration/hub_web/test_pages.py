"""What the pages show."""

import re

import pytest
from sqlalchemy import event, update

from motcua_hub.store import schema
from motcua_hub.store.engine import writing
from support.hub_seed import NOW, SetClock, seed_province, seed_show

PAGES = [
    "/",
    "/?q=ben&state=problem",
    "/?view=rows&who=power",
    "/morning",
    "/morning?who=hardware",
    "/definitions",
    "/registry",
    "/sites/ben-thanh/registry",
    "/sites/ben-thanh/registry/1",
    "/sites/ben-thanh/devices",
    "/sites/ben-thanh/devices?class=ups",
    "/sites/na-son/devices",
    "/sites/ben-thanh/devices/printer",
    "/sites/ben-thanh/devices/ups?range=30d",
    "/sites/ben-thanh/devices/camera-1?range=7d",
    "/sites/ben-thanh",
    "/sites/moi-lap",
    "/sites/na-son",
    "/sites/ben-thanh/events",
    "/incidents",
    "/incidents?all=1&site=na-son",
    "/about",
]


@pytest.fixture
def client(hub):
    seed_show(hub)
    return hub.signed_in()


def row_of(page, site):
    return re.search(rf'<(tr|li) id="row-{site}".*?</\1>', page, re.DOTALL).group(0)


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_and_has_one_heading(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1
    assert '<html lang="vi">' in answer.text


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_inline_script_or_style_or_a_foreign_address(client, path):
    page = client.get(path).text
    assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
    assert re.findall(r"\sstyle=|\son[a-z]+=|<style", page) == []
    assert re.findall(r"(?:src|href|action)=\"(?:https?:)?//", page) == []


def test_a_silent_site_shows_since_when_its_figures_are_old(client):
    row = words(row_of(client.get("/?view=rows").text, "na-son"))
    assert "Mất kết nối" in row
    assert "lúc 07:34" in row
    assert "Hoạt động tốt" not in row


def test_a_new_site_is_unknown_and_never_green(client):
    row = row_of(client.get("/?view=rows").text, "moi-lap")
    assert words(row).count("Chưa rõ") == 5
    assert 'class="state ok"' not in row
    row = row_of(client.get("/").text, "moi-lap")
    assert words(row).count("Chưa rõ") == 2
    assert 'class="state ok"' not in row


def test_every_state_has_an_icon_and_a_word(client):
    for path in PAGES:
        for badge in re.findall(
            r'<span class="state (?!plain)[a-z]+">(.*?)</span>', client.get(path).text
        ):
            assert "<svg" in badge or badge in ("Phiếu thử", "Đang ghi"), badge
            assert words(badge), badge


def test_a_filter_leaves_the_sites_of_one_state(client):
    page = client.get("/?state=critical").text
    assert re.findall(r'<li id="row-([a-z-]+)"', page) == ["phu-lien"]
    assert re.findall(r'<li id="row-([a-z-]+)"', client.get("/?state=nonsense").text) != []


def test_a_search_is_shown_back_without_becoming_markup(client):
    page = client.get("/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").text
    assert "<script>alert" not in page
    assert "Không có điểm nào khớp" in page


def test_a_body_from_an_office_cannot_become_markup(client):
    page = client.get("/sites/ben-thanh/events").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_while_ingest_is_deaf_every_site_is_unknown(hub, client):
    with writing(hub.engine) as connection:
        connection.execute(update(schema.heartbeat).values(connected=False))
    page = client.get("/").text
    assert "không nhận được tin từ các điểm" in page
    assert 'class="state online"' not in page
    assert 'class="state ok"' not in page


def test_a_hub_that_never_had_ingest_says_so(hub):
    page = hub.signed_in().get("/").text
    assert "chưa chạy" in page
    assert "Chưa có điểm tiếp nhận nào" in page


def test_the_site_page_warns_of_few_ratings_and_shows_the_response_rate(client):
    page = words(client.get("/sites/ben-thanh").text)
    assert "90,9 %" in page.replace("\u00a0", " ")
    assert "15,1 %" in page.replace("\u00a0", " ")
    assert "Số lượt đánh giá quá ít, chưa đủ để kết luận" in page


def test_the_site_page_shows_a_declared_gap_and_what_is_still_to_come(client):
    page = words(client.get("/sites/ben-thanh").text)
    assert "Mất 7 sự kiện, đã ghi nhận" in page
    assert "Còn thiếu 3" in page


def test_a_site_nobody_knows_is_not_found(client):
    assert client.get("/sites/nowhere").status_code == 404
    assert client.get("/sites/nowhere/events").status_code == 404
    assert client.get("/live/sites/nowhere").status_code == 404


def test_odd_values_from_offices_do_not_break_a_page(hub, client):
    odd = {"last_seen_at": 2**62, "status_at": -(2**62), "clock": "sundial", "about": "\x00[{"}
    with writing(hub.engine) as connection:
        connection.execute(update(schema.site_live).values(**odd))
        connection.execute(update(schema.health_report).values(state="?", since=-(2**62)))
        connection.execute(update(schema.event).values(best_time=2**62, t_wall=-(2**62)))
    for path in PAGES:
        assert client.get(path).status_code == 200


def test_an_unreachable_database_gives_a_page_that_says_so(hub, client, caplog):
    hub.engine.dispose()
    for path in hub.state_dir.glob("hub.sqlite3*"):
        path.unlink()
    (hub.state_dir / "hub.sqlite3").mkdir()
    answers = [client.get("/") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503] * 3
    assert "Cơ sở dữ liệu chưa trả lời" in answers[0].text
    assert client.get("/api/v1/sites").mimetype == "application/problem+json"
    assert caplog.text.count("database does not answer") == 1


def count_statements(hub, client, path):
    seen = []
    event.listen(hub.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    client.get(path)
    return len([text for text in seen if text.lstrip().upper().startswith("SELECT")])


@pytest.mark.parametrize(("path", "limit"), [("/", 13), ("/sites/diem-001", 18), ("/metrics", 12)])
def test_the_number_of_statements_does_not_grow_with_the_sites(hub, path, limit):
    seed_province(hub, sites=30, devices=10)
    assert count_statements(hub, hub.signed_in(), path) <= limit


def test_the_overview_of_a_province_is_small(hub):
    seed_province(hub)
    client = hub.signed_in()
    for path in ("/", "/live/overview"):
        answer = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        assert len(answer.data) < 150_000
    assert client.get("/").text.count('<li id="row-') == 200
    assert client.get("/?view=rows").text.count('<tr id="row-') == 200


def test_times_are_relative_to_the_clock_that_was_given(hub):
    assert isinstance(hub.clock, SetClock)
    assert "08:00:00" in hub.signed_in().get("/").text
    assert hub.clock() == NOW
