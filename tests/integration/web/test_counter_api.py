"""A ticket's whole life over HTTP, and what is refused on the way."""

import asyncio

from motcua_edge.domain import commands as c
from support.webapp import PIN


def step(ticket):
    return {"ticket": ticket["id"], "expected_version": ticket["version"]}


async def test_a_ticket_is_called_started_finished_and_closed(sit, issue, office):
    desk = await sit()
    await issue()
    ticket = (await desk.ok("next"))["ticket"]
    assert (ticket["label"], ticket["state"], ticket["counter"]) == ("A001", "called", 1)
    ticket = (await desk.ok("start", step(ticket)))["ticket"]
    office.clock.advance(60_000)
    ticket = (await desk.ok("finish", step(ticket)))["ticket"]
    assert ticket["state"] == "wrap_up"
    ticket = (await desk.ok("wrap-up", step(ticket)))["ticket"]
    assert ticket["state"] == "served"


async def test_an_old_version_is_refused_and_changes_nothing(sit, issue, office):
    desk = await sit()
    await issue()
    ticket = (await desk.ok("next"))["ticket"]
    await desk.ok("start", step(ticket))
    facts = len(office.journal.facts)
    answer = await desk.post("finish", step(ticket))
    content = await answer.json()
    assert (answer.status, content["code"]) == (409, "changed_meanwhile")
    assert "Màn hình đã được cập nhật" in content["message"]
    assert len(office.journal.facts) == facts


async def test_next_while_a_ticket_is_open_is_refused_never_finished_by_itself(sit, issue):
    desk = await sit()
    await issue()
    await issue()
    await desk.ok("next")
    answer = await desk.post("next")
    assert (answer.status, (await answer.json())["code"]) == (409, "ticket_open")


async def test_two_officers_who_press_next_at_once_get_two_tickets(sit, issue):
    first, second = await sit(1, "lan"), await sit(2, "hoa")
    for _ in range(4):
        await issue("HT")
    answers = await asyncio.gather(first.ok("next"), second.ok("next"))
    assert len({a["ticket"]["id"] for a in answers}) == 2


async def test_a_double_press_of_next_with_one_key_calls_once(sit, issue, office):
    desk = await sit()
    await issue()
    await issue()
    answers = await asyncio.gather(*(desk.post("next", key="k") for _ in range(5)))
    assert {a.status for a in answers} == {200}
    assert sum(t.state.value == "called" for t in office.state.tickets.values()) == 1


async def test_an_empty_line_is_said_so(sit):
    desk = await sit()
    answer = await desk.post("next")
    assert (answer.status, (await answer.json())["message"]) == (409, "Không còn người chờ.")


async def test_recall_miss_rejoin(sit, issue, office, client):
    desk = await sit()
    await issue()
    ticket = (await desk.ok("next"))["ticket"]
    assert (await desk.post("recall", step(ticket))).status == 429
    office.clock.advance(6000)
    ticket = (await desk.ok("recall", step(ticket)))["ticket"]
    assert ticket["calls"] == 2
    office.clock.advance(6000)
    ticket = (await desk.ok("miss", step(ticket)))["ticket"]
    assert ticket["state"] == "missed"
    url = f"/api/v1/tickets/{ticket['id']}/rejoin"
    body = {"expected_version": ticket["version"]}
    assert (await client.post(url, json=body)).status == 401
    headers = {"Authorization": f"Bearer {desk.token}"}
    answer = await client.post(url, json=body, headers=headers)
    assert (await answer.json())["ticket"]["state"] == "waiting"


async def test_hold_away_resume_and_call_out_of_turn(sit, issue, client):
    desk = await sit()
    await issue()
    ticket = (await desk.ok("next"))["ticket"]
    ticket = (await desk.ok("start", step(ticket)))["ticket"]
    assert (await desk.post("hold", step(ticket))).status == 422
    ticket = (await desk.ok("hold", {**step(ticket), "reason": "bổ sung"}))["ticket"]
    assert ticket["state"] == "on_hold"
    answer = await desk.ok("call", {"number": "A001", "reason": "quay lại"})
    ticket = (await desk.ok("start", step(answer["ticket"])))["ticket"]
    ticket = (await desk.ok("away", {**step(ticket), "reason": "nộp phí"}))["ticket"]
    headers = {"Authorization": f"Bearer {desk.token}"}
    answer = await client.post(f"/api/v1/tickets/{ticket['id']}/resume", json={}, headers=headers)
    assert (await answer.json())["ticket"]["state"] == "waiting"


async def test_transfer_requeue_and_undo(sit, issue):
    desk = await sit()
    await issue()
    ticket = (await desk.ok("next"))["ticket"]
    ticket = (await desk.ok("requeue", step(ticket)))["ticket"]
    assert ticket["state"] == "waiting"
    ticket = (await desk.ok("next"))["ticket"]
    ticket = (await desk.ok("start", step(ticket)))["ticket"]
    ticket = (await desk.ok("undo", step(ticket)))["ticket"]
    assert ticket["state"] == "called"
    ticket = (await desk.ok("start", step(ticket)))["ticket"]
    body = {**step(ticket), "to_service": "DD", "to_counter": 3, "note": "đủ giấy tờ"}
    ticket = (await desk.ok("transfer", body))["ticket"]
    assert (ticket["service"], ticket["state"], ticket["label"]) == ("DD", "waiting", "A001")


async def test_only_a_supervisor_may_void_or_one_who_types_the_pin(sit, issue):
    desk = await sit()
    await issue()
    ticket = (await desk.ok("next"))["ticket"]
    body = {**step(ticket), "reason": "trùng số"}
    assert (await desk.post("void", body)).status == 403
    wrong = {**body, "supervisor": "hoa", "supervisor_pin": "0000"}
    assert (await desk.post("void", wrong)).status == 401
    not_one = {**body, "supervisor": "minh", "supervisor_pin": PIN}
    assert (await desk.post("void", not_one)).status == 403
    right = {**body, "supervisor": "hoa", "supervisor_pin": PIN}
    assert (await desk.ok("void", right))["ticket"]["state"] == "void"


async def test_a_break_and_its_end(sit, office):
    desk = await sit()
    assert (await desk.post("pause", {"minutes": 15})).status == 422
    answer = await desk.ok("pause", {"reason": "họp", "minutes": 15})
    assert answer["counter"]["state"] == "break"
    assert office.state.counters["1"].back_at == office.clock.wall + 15 * 60_000
    assert (await desk.post("next")).status == 409
    assert (await desk.ok("resume"))["counter"]["state"] == "open"


async def test_a_fault_is_reported_and_a_slip_printed_again(sit, issue, office):
    desk = await sit()
    await desk.ok("fault", {"component": "announcer", "note": "rè"})
    assert office.journal.facts[-1].component == "announcer"
    await issue()
    ticket = (await desk.ok("next"))["ticket"]
    await office.do(c.RecordPrintSent(ticket=ticket["id"], job=1))
    await office.do(c.RecordPrinted(ticket=ticket["id"], job=1))
    answer = await desk.ok("reprint", {"ticket": ticket["id"], "reason": "mờ"})
    assert answer["ticket"]["slip"] == {"state": "pending", "job": 2, "cause": None}


async def test_a_session_speaks_for_its_own_counter_only(sit, client):
    desk = await sit(1)
    headers = {"Authorization": f"Bearer {desk.token}"}
    answer = await client.post("/api/v1/counters/2/next", json={}, headers=headers)
    assert (answer.status, (await answer.json())["code"]) == (401, "not_logged_in")


async def test_after_log_out_the_token_is_worth_nothing(sit):
    desk = await sit()
    await desk.ok("logout")
    assert (await desk.post("next")).status == 401


async def test_five_wrong_pins_answer_429_then_even_the_right_one(client, office):
    paired = await office.sessions.pair(1, "tuan")
    headers = {"Authorization": f"Bearer {paired.token}"}
    url = "/api/v1/counters/1/login"
    wrong = {"officer": "lan", "pin": "0000"}
    codes = [(await client.post(url, json=wrong, headers=headers)).status for _ in range(5)]
    assert codes == [401, 401, 401, 401, 429]
    right = {"officer": "lan", "pin": PIN}
    answer = await client.post(url, json=right, headers=headers)
    assert (answer.status, (await answer.json())["code"]) == (429, "locked")


async def test_a_second_officer_cannot_take_a_seat_that_is_taken(sit, client, office):
    await sit(1, "lan")
    paired = await office.sessions.pair(1, "tuan")
    answer = await client.post(
        "/api/v1/counters/1/login",
        json={"officer": "minh", "pin": PIN},
        headers={"Authorization": f"Bearer {paired.token}"},
    )
    assert (answer.status, (await answer.json())["code"]) == (409, "counter_taken")


async def test_a_rating_opens_after_finish_counts_once_and_needs_the_nonce(
    sit, issue, client, office
):
    desk = await sit()
    await issue()
    view = await (await client.get("/api/v1/snapshot/rating/1")).json()
    assert (view["face"], view["nonce"]) == ("wait", "")
    ticket = (await desk.ok("next"))["ticket"]
    ticket = (await desk.ok("start", step(ticket)))["ticket"]
    office.clock.advance(60_000)
    await desk.ok("finish", step(ticket))
    view = await (await client.get("/api/v1/snapshot/rating/1")).json()
    assert (view["face"], view["officer_name"]) == ("open", "Nguyễn Thị Lan")
    url = "/api/v1/ratings"
    good = {"ticket": ticket["id"], "nonce": view["nonce"], "level": 3, "device": "rating-1"}
    forged = await client.post(url, json={**good, "nonce": "0" * 64})
    assert (forged.status, (await forged.json())["code"]) == (403, "rating_forged")
    assert (await client.post(url, json={**good, "level": 5})).status == 422
    assert (await client.post(url, json={k: good[k] for k in ("ticket", "nonce")})).status == 422
    assert (await client.post(url, json=good)).status == 200
    office.clock.advance(61_000)
    again = await client.post(url, json={**good, "level": 1, "device": "other"})
    assert (again.status, (await again.json())["code"]) == (409, "already_rated")


async def test_a_rating_from_the_officers_own_machine_says_so(sit, issue, client, office):
    desk = await sit()
    await issue()
    ticket = (await desk.ok("next"))["ticket"]
    ticket = (await desk.ok("start", step(ticket)))["ticket"]
    office.clock.advance(60_000)
    await desk.ok("finish", step(ticket))
    view = await (await client.get("/api/v1/snapshot/rating/1")).json()
    token = (await office.sessions.pair(1, "tuan")).token
    body = {"ticket": ticket["id"], "nonce": view["nonce"], "level": 3, "device": "rating-1"}
    await client.post("/api/v1/ratings", json=body, cookies={"motcua_device_1": token})
    assert office.journal.facts[-1].device.startswith("counter-1-")
