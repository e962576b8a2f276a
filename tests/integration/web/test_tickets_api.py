"""Taking numbers over HTTP: once per key, strict, and never by GET."""

import asyncio

import msgspec
import pytest

from motcua_contract.facts.printing import PrintRequested
from motcua_contract.vocabulary import PrintFailure
from motcua_edge.domain import commands as c
from motcua_edge.web.server import MAX_BODY

URL = "/api/v1/tickets"


async def post(client, body, key=None, **headers):
    if key:
        headers["Idempotency-Key"] = key
    return await client.post(URL, json=body, headers=headers)


async def test_a_number_is_given_out_and_committed_before_the_answer(client, office):
    answer = await post(client, {"service": "CT", "purpose": "result", "priority": "elderly"})
    ticket = (await answer.json())["ticket"]
    assert answer.status == 201
    assert (ticket["label"], ticket["purpose"], ticket["priority"]) == ("A001", "result", "elderly")
    assert ticket["id"] in {getattr(f, "ticket", None) for f in office.journal.facts}


async def test_the_same_key_gets_the_same_answer_and_one_number(client, office):
    first = await post(client, {"service": "CT"}, key="k-1")
    second = await post(client, {"service": "CT"}, key="k-1")
    assert await first.read() == await second.read()
    assert (first.status, second.status) == (201, 201)
    assert len(office.state.tickets) == 1


async def test_the_same_key_sent_at_once_twenty_times_gives_one_number(client, office):
    answers = await asyncio.gather(*(post(client, {"service": "CT"}, key="k-1") for _ in range(20)))
    bodies = {await a.read() for a in answers}
    assert len(bodies) == 1
    assert len(office.state.tickets) == 1


async def test_the_same_key_with_another_body_is_refused(client, office):
    await post(client, {"service": "CT"}, key="k-1")
    answer = await post(client, {"service": "HT"}, key="k-1")
    content = await answer.json()
    assert (answer.status, content["code"]) == (422, "key_reused")
    assert content["field"] == "Idempotency-Key"
    assert len(office.state.tickets) == 1


async def test_a_key_is_free_again_after_a_day(client, office):
    await post(client, {"service": "CT"}, key="k-1")
    office.clock.advance(24 * 3600_000 + 1)
    answer = await post(client, {"service": "CT"}, key="k-1")
    assert (await answer.json())["ticket"]["id"].startswith("20261124")


@pytest.mark.parametrize("key", ["", "x" * 129, "with space"])
async def test_a_key_that_cannot_be_meant_is_refused(client, key):
    answer = await client.post(URL, json={"service": "CT"}, headers={"Idempotency-Key": key})
    assert answer.status == 422
    assert (await answer.json())["code"] == "bad_key"


async def test_without_a_key_each_request_counts(client, office):
    await post(client, {"service": "CT"})
    await post(client, {"service": "CT"})
    assert len(office.state.tickets) == 2


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"service": "CT", "colour": "red"}, "unknown_field", "colour"),
        ({"service": 7}, "bad_field", "service"),
        ({"service": "CT", "priority": "vip"}, "bad_field", "priority"),
        ({"service": "ct"}, "bad_field", "service"),
        ({}, "bad_field", "service"),
        ({"service": "CT", "late_consent": "yes"}, "bad_field", "late_consent"),
        ([], "bad_field", ""),
    ],
)
async def test_a_bad_body_names_its_field_and_changes_nothing(client, office, body, code, field):
    answer = await post(client, body)
    content = await answer.json()
    assert (answer.status, content["code"], content["field"]) == (422, code, field)
    assert content["message"]
    assert office.journal.facts == []


async def test_something_that_is_not_json_is_refused(client, office):
    headers = {"Content-Type": "application/json"}
    answer = await client.post(URL, data=b"{\xff", headers=headers)
    assert (answer.status, (await answer.json())["code"]) == (422, "bad_json")
    answer = await client.post(URL, data={"service": "CT"})
    assert (answer.status, (await answer.json())["code"]) == (415, "not_json")
    assert office.journal.facts == []


async def test_a_body_that_is_too_large_is_refused(client):
    answer = await client.post(URL, json={"service": "CT", "x": "y" * MAX_BODY})
    assert (answer.status, (await answer.json())["code"]) == (413, "too_large")


async def test_a_refusal_is_typed_and_in_both_languages(client):
    answer = await post(client, {"service": "ZZ"})
    content = await answer.json()
    assert (answer.status, content["code"]) == (404, "unknown_service")
    assert content["field"] == "service"
    assert "site configuration" in content["detail"]
    assert content["message"] == "Không có lĩnh vực này."


async def test_a_kiosk_that_is_too_fast_gets_429_with_the_seconds(client, office):
    policy = msgspec.structs.replace(office.service.site.queue, device_cooldown_s=3)
    office.service.site = msgspec.structs.replace(office.service.site, queue=policy)
    await post(client, {"service": "CT"})
    answer = await post(client, {"service": "CT"})
    content = await answer.json()
    assert (answer.status, content["code"]) == (429, "too_fast")
    assert content["values"]["giay"] == "3"


async def test_nothing_is_changed_by_get(client, office):
    assert (await client.get(URL)).status == 405
    assert (await client.get("/api/v1/counters/1/next")).status == 405
    assert office.journal.facts == []


async def test_a_slip_just_taken_may_be_printed_once_more_without_asking(client, office, issue):
    ticket = await issue()
    await office.do(c.RecordPrintSent(ticket=ticket["id"], job=1))
    await office.do(c.RecordPrinted(ticket=ticket["id"], job=1))
    url = f"{URL}/{ticket['id']}/reprint"
    assert (await client.post(url, json={})).status == 200
    assert any(isinstance(f, PrintRequested) and f.job == 2 for f in office.journal.facts)
    answer = await client.post(url, json={})
    assert (answer.status, (await answer.json())["code"]) == (403, "no_reprint")


async def test_an_old_slip_is_not_printed_again_at_the_kiosk_unless_it_was_lost(
    client, office, issue
):
    ticket, lost = await issue(), await issue()
    await office.do(c.RecordPrintSent(ticket=ticket["id"], job=1))
    await office.do(c.RecordPrinted(ticket=ticket["id"], job=1))
    await office.do(c.RecordPrintFailed(ticket=lost["id"], job=1, cause=PrintFailure.PAPER_OUT))
    office.clock.advance(10 * 60_000)
    assert (await client.post(f"{URL}/{ticket['id']}/reprint", json={})).status == 403
    assert (await client.post(f"{URL}/{lost['id']}/reprint", json={})).status == 200


async def test_a_ticket_can_be_looked_up_and_has_a_code_to_photograph(client, issue):
    ticket = await issue()
    shown = await (await client.get(f"{URL}/{ticket['id']}")).json()
    assert shown["label"] == "A001"
    answer = await client.get(f"{URL}/{ticket['id']}/qr.svg")
    assert answer.content_type == "image/svg+xml"
    assert b"<svg" in await answer.read()
    assert (await client.get(f"{URL}/20261123-A999")).status == 404


async def test_a_call_for_help_is_recorded_and_shown(client, office):
    assert (await client.post("/api/v1/kiosk/help", json={"device": "kiosk"})).status == 200
    view = await (await client.get("/api/v1/snapshot/kiosk")).json()
    assert view["help_at"] == office.clock.wall


async def test_the_loudspeaker_reads_fixed_screens_only(client, office, issue):
    ticket = await issue()
    url = "/api/v1/kiosk/speak"
    assert (await client.post(url, json={"screen": "number", "ticket": ticket["id"]})).status == 200
    assert "a, không, không, một" in office.log.used[-1]
    assert (await client.post(url, json={"screen": "fields"})).status == 200
    assert (await client.post(url, json={"screen": "number"})).status == 404
    assert (await client.post(url, json={"text": "hello"})).status == 422
    assert len(office.log.used) == 2


async def test_reading_aloud_again_and_again_is_slowed_down(client, office):
    url = "/api/v1/kiosk/speak"
    answers = [(await client.post(url, json={"screen": "fields"})).status for _ in range(8)]
    assert answers[0] == 200
    assert answers[-1] == 429
    assert len(office.log.used) < 8
