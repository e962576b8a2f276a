"""Guard: whatever a page can change a program can change through the API, or it is said why not."""

import pytest

from motcua_hub.web.api.resources.table import OPERATIONS

EXCEPT = {
    "auth.login": "a password makes a session of a browser; a program has a token",
    "auth.logout": "ends the session of a browser",
    "auth.setup": "the first account, made once with the token in the hub's state directory",
    "push.heard": "is itself for programs: the secret address of a target that calls",
    "receipts.confirm": "is itself for programs too: the secret link of a recipient, no account",
}
"""Pages' writes that the API does not have, each with the reason."""
DONE_BY = {
    "calendar.add_off": "calendar_add",
    "calendar.add_work": "calendar_add",
    "calendar.remove": "calendar_remove",
    "calendar.notice": "calendar_notice",
    "calendar.shifts": "shifts_set shifts_unset",
    "commands.give": "command_give",
    "deadlines.promise": "promise_add",
    "directory.add_unit": "unit_add",
    "directory.merge": "unit_add",
    "directory.end_unit": "unit_end",
    "directory.add_contact": "contact_add",
    "directory.change_contact": "contact_change",
    "directory.end_contact": "contact_end",
    "directory.add_route": "route_add",
    "directory.end_route": "route_end",
    "directory.fallback": "fallback_set",
    "directory.duty": "duty_set",
    "directory.steps": "steps_set",
    "directory.take_in": "directory_import",
    "holds.order": "hold_order",
    "holds.decide": "hold_decide",
    "incidents.act": "incident_act",
    "maintenance.life": "life_set",
    "maintenance.record": "servicing_record",
    "maintenance.sign": "servicing_sign",
    "maintenance.discard": "servicing_discard",
    "maintenance.interval": "interval_set",
    "notices.edit": "notice_act",
    "notices.approve": "notice_act",
    "notices.send": "notice_act",
    "notices.excuse": "notice_act",
    "notices.by_hand": "notice_draft",
    "notices.name_somebody": "recipient_add",
    "notices.end": "recipient_end",
    "outbox.retry": "outbox_act",
    "outbox.aside": "outbox_act",
    "plan.submit": "plan_step",
    "plan.give_back": "plan_step",
    "plan.approve": "plan_step",
    "policy.decide": "upkeep_policy_decide",
    "registry.add": "asset_add",
    "registry.change": "asset_change",
    "registry.retire": "asset_retire",
    "registry.take_in": "assets_import",
    "reports.ask": "report_ask",
    "reports.revise": "report_revise",
    "reports.set_plan": "report_plan_set",
    "reports.set_template": "report_template_set",
    "status.publish": "public_target_put",
    "status.hide": "public_target_hide",
    "targets.add": "target_put",
    "targets.change": "target_put",
    "targets.retire": "target_retire",
    "targets.probe_add": "probe_add",
    "targets.probe_retire": "probe_end",
    "targets.correct": "correction_ask",
    "targets.decide": "correction_decide",
    "vantages.refer": "vantage_refer",
    "windows.ask": "window_ask",
    "windows.ask_exclusion": "exclusion_ask",
    "windows.decide": "window_decide exclusion_decide",
}
"""A page's write -> the operations that do the same, by the same function."""
WRITES = {operation.name: operation for operation in OPERATIONS if operation.writes}


def writes_of_pages(hub):
    rules = hub.app.url_map.iter_rules()
    return {
        rule.endpoint
        for rule in rules
        if rule.methods - {"GET", "HEAD", "OPTIONS"} and not rule.endpoint.startswith("api.")
    }


def test_every_write_of_a_page_is_in_the_api_or_has_a_reason_not_to_be(hub):
    offered = writes_of_pages(hub)
    assert offered - set(DONE_BY) - set(EXCEPT) == set()
    assert set(DONE_BY) | set(EXCEPT) <= offered
    assert all(len(reason) > 20 for reason in EXCEPT.values())


@pytest.mark.parametrize("page", DONE_BY)
def test_what_does_the_same_is_there_and_writes(page):
    assert all(name in WRITES for name in DONE_BY[page].split())


def test_the_api_changes_nothing_that_no_page_can_change():
    done = {name for names in DONE_BY.values() for name in names.split()}
    assert set(WRITES) - done == set()


def test_every_write_that_may_be_repeated_or_overwritten_says_so(hub):
    paths = hub.app.test_client().get("/api/v1/openapi.json").json["paths"]
    for operation in WRITES.values():
        told = paths["/api/v1" + operation.path][operation.method.value.lower()]
        headers = {each["name"] for each in told["parameters"] if each["in"] == "header"}
        assert "Idempotency-Key" in headers, operation.name
        assert ("If-Match" in headers) == bool(operation.guard), operation.name
    by_name = {operation.name: operation for operation in OPERATIONS}
    for operation in WRITES.values():
        if operation.guard:
            reads = by_name[operation.guard]
            assert reads.tag is not None, operation.name
