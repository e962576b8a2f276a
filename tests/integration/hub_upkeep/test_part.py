"""The part as it runs: from the desk's incident to a draft, a sheet, figures; and the closing."""

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from motcua_hub.config import HubConfig, NoticesSection
from motcua_hub.desk import acts as desk
from motcua_hub.domain.incident.lifecycle import Act, IncidentRefusal
from motcua_hub.store import incidents, notices
from motcua_hub.store.engine import writing
from motcua_hub.store.incidents import Opening
from motcua_hub.upkeep import acts
from motcua_hub.upkeep.part import Upkeep, desk_of
from support.hub_seed import MINUTE, NOW, SetClock, seed_site
from support.outages import name_links, name_recipients, rows
from support.waiting import until

CONFIG = HubConfig(
    state_dir="unused", notices=NoticesSection(unit="Trung tâm PVHCC tỉnh", place="Vĩnh Yên")
)


@pytest.fixture
def clock():
    return SetClock(NOW)


@pytest.fixture
def registry():
    return CollectorRegistry()


@pytest.fixture
def part(engine, clock, registry):
    with writing(engine) as connection:
        seed_site(connection, "ben-thanh", "Trung tâm PVHCC phường Bến Thành")
        name_recipients(connection)
        name_links(connection)
    made = Upkeep(engine, CONFIG, registry, clock, every_s=0.05)
    made.start()
    yield made
    made.stop()
    assert not made.is_alive()


def opened(engine, now):
    opening = Opening(
        kind="down",
        site="ben-thanh",
        subject="link.ben-thanh",
        target="link.ben-thanh",
        target_kind="site_link",
        severity=1,
        responsible="link",
        onset=now - MINUTE,
        confirmed=now,
    )
    with writing(engine) as connection:
        return incidents.open_incident(connection, opening, now)


@pytest.mark.usefixtures("part")
def test_the_desks_incident_becomes_a_draft_and_a_sent_notice_gets_its_sheet(
    engine, clock, registry
):
    clock.now = NOW + 40_000
    incident = opened(engine, NOW)
    until(lambda: rows(engine, "notice"), within=20)
    (notice,) = rows(engine, "notice")
    assert notice["incident"] == incident
    assert notice["drafted_at"] - notice["due_at"] == 40_000
    assert "đường truyền của Trung tâm PVHCC phường Bến Thành" in notice["title"]
    with writing(engine) as connection:
        acts.approve(connection, notice["id"], 1, actor="an", now=clock.now)
        desk_of_pages = desk_of(CONFIG.notices)
        acts.send(
            connection, desk_of_pages, notice["id"], base_url="https://h", actor="an", now=clock.now
        )
    until(lambda: rows(engine, "document"), within=20)
    (sheet,) = rows(engine, "document")
    assert sheet["content"].startswith(b"%PDF-")
    scrape = generate_latest(registry).decode()
    assert "motcua_upkeep_draft_delay_seconds_count 1.0" in scrape
    assert 'motcua_upkeep_draft_delay_seconds_bucket{le="30.0"} 0.0' in scrape
    assert 'motcua_upkeep_draft_delay_seconds_bucket{le="60.0"} 1.0' in scrape


@pytest.mark.usefixtures("part")
def test_the_desk_does_not_close_the_outage_before_its_notice_is_answered(engine, clock):
    incident = opened(engine, NOW)
    until(lambda: rows(engine, "notice"), within=20)
    with writing(engine) as connection:
        desk.fix(connection, incident, Act("an", NOW + MINUTE), "Nhà mạng đã nối lại cáp quang")
    with pytest.raises(IncidentRefusal, match="notice"), writing(engine) as connection:
        desk.close(connection, incident, Act("an", NOW + 2 * MINUTE))
    with writing(engine) as connection:
        assert notices.closable(connection, incident) == "notice.closable.open"
        why = "Chỉ gián đoạn một phút, đã báo miệng"
        acts.excuse(connection, rows(engine, "notice")[0]["id"], why, actor="an", now=clock.now)
    with writing(engine) as connection:
        desk.close(connection, incident, Act("an", NOW + 3 * MINUTE))
    (row,) = rows(engine, "incident")
    assert row["status"] == "closed"
