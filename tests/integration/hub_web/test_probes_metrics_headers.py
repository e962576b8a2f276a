"""Probes, metrics and headers."""

import json

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update

from motcua_contract.faults import DRIVER_FAILED, FAULTS, Responsible
from motcua_hub.config import HubConfig, MqttSection
from motcua_hub.store import schema
from motcua_hub.store.engine import open_engine, writing
from motcua_hub.web.app import create_app
from support.hub_seed import CHEAP, NOW, HubWeb, SetClock, seed_province, seed_show


def samples(hub):
    text = hub.app.test_client().get("/metrics").text
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def bare_app(tmp_path, **more):
    config = HubConfig(state_dir=str(tmp_path), mqtt=MqttSection(host="127.0.0.1"), **more)
    engine = open_engine(config.url)
    app = create_app(
        engine=engine, config=config, registry=CollectorRegistry(), clock=SetClock(), hasher=CHEAP
    )
    return engine, app.test_client()


def test_the_process_is_healthy_even_without_a_schema(tmp_path):
    engine, client = bare_app(tmp_path)
    assert client.get("/healthz").text == "ok\n"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "not migrated" in answer.json["checks"]["schema"]
    engine.dispose()


def test_a_hub_is_ready_only_while_ingest_beats(tmp_path):
    hub = HubWeb(tmp_path)
    engine, client = bare_app(tmp_path)
    assert "heartbeat" in client.get("/readyz").json["checks"]["ingest"]
    hub.beat()
    assert client.get("/readyz").json == {
        "ready": True,
        "checks": {"database": "ok", "schema": "ok", "ingest": "ok"},
    }
    with writing(hub.engine) as connection:
        connection.execute(update(schema.heartbeat).values(at=NOW - 60_000))
    assert client.get("/readyz").status_code == 503
    engine.dispose()
    hub.close()


def test_metrics_tell_what_is_known_of_every_site(hub):
    seed_show(hub)
    found = samples(hub)
    assert found["motcua_site_online", ("site", "an-khanh")] == 1
    assert found["motcua_site_online", ("site", "na-son")] == 0
    assert found["motcua_site_tickets_issued_today", ("site", "ben-thanh")] == 107
    assert found["motcua_site_waiting", ("site", "ben-thanh")] == 21
    assert found["motcua_site_outbox_events", ("site", "ben-thanh")] == 3
    assert found["motcua_site_devices", ("site", "an-khanh"), ("state", "ok")] == 7
    assert found["motcua_site_last_seen_timestamp_seconds", ("site", "an-khanh")] == NOW / 1000 - 20
    assert found["motcua_site_figures_stale", ("site", "na-son")] == 1


def test_what_nobody_knows_is_absent_from_metrics(hub):
    seed_show(hub)
    names = {key[0] for key in samples(hub) if ("site", "moi-lap") in key}
    assert "motcua_site_tickets_issued_today" not in names
    assert "motcua_site_last_seen_timestamp_seconds" not in names
    assert "motcua_site_online" not in names


def test_the_number_of_series_is_bounded_by_the_sites(hub):
    seed_province(hub, sites=20, devices=40)
    of_sites = [key for key in samples(hub) if key[0].startswith("motcua_site_")]
    assert len(of_sites) <= 20 * 17


def test_metrics_are_for_the_networks_that_were_named(hub):
    client = hub.app.test_client()
    for address, status in (("127.0.0.1", 200), ("::1", 200), ("10.1.2.3", 403), ("", 403)):
        answer = client.get("/metrics", environ_overrides={"REMOTE_ADDR": address})
        assert answer.status_code == status


def test_metrics_survive_a_database_that_does_not_answer(tmp_path):
    engine, client = bare_app(tmp_path)
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert "motcua_hub_store_up 0.0" in answer.text
    engine.dispose()


@pytest.mark.parametrize(
    "path", ["/login", "/nope", "/healthz", "/api/v1/sites", "/static/hub.css"]
)
def test_every_answer_forbids_foreign_content(hub, path):
    hub.admin()
    with hub.app.test_client().get(path) as answer:
        headers = answer.headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"


def test_pages_are_not_cached_and_versioned_files_are(hub):
    hub.admin()
    client = hub.app.test_client()
    page = client.get("/login")
    assert page.headers["Cache-Control"] == "no-store"
    asset = page.text.split('<link rel="stylesheet" href="')[1].split('"')[0]
    with client.get(asset) as answer:
        assert "immutable" in answer.headers["Cache-Control"]


def test_only_what_the_browser_can_unpack_is_packed(hub):
    client = hub.signed_in()
    assert "Content-Encoding" not in client.get("/").headers
    packed = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    font = "/static/fonts/be-vietnam-pro-vietnamese-400-normal.woff2"
    with client.get(font, headers={"Accept-Encoding": "gzip"}) as answer:
        assert "Content-Encoding" not in answer.headers


def test_a_failure_of_ours_tells_nothing_of_the_inside(hub):
    hub.app.view_functions["probes.healthz"] = lambda: 1 / 0
    hub.app.testing = False
    answer = hub.app.test_client().get("/healthz")
    assert answer.status_code == 500
    assert "ZeroDivision" not in answer.text
    assert "Lỗi của hệ thống" in answer.text


def test_an_unknown_api_path_answers_in_json(hub):
    answer = hub.app.test_client().get("/api/v1/nothing")
    assert answer.status_code == 404
    assert json.loads(answer.text)["code"] == "http_404"


def test_what_is_broken_is_counted_by_kind_and_code_and_nothing_else_becomes_a_label(hub):
    seed_show(hub)
    found = [key for key in samples(hub) if key[0] == "motcua_site_faults"]
    known = {(fault.device, fault.code) for fault in FAULTS} | {("other", "other")}
    assert found
    for _, code, device, responsible, _site in found:
        assert code[0] == "code"
        assert (device[1], code[1]) in known or code[1] == DRIVER_FAILED
        assert responsible[1] in set(Responsible)
