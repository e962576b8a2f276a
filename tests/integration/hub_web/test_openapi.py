"""The API answers as its description says, to whatever a program may send."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import positive_data_acceptance

from motcua_hub.domain.availability.evidence import Claim, Evidence
from motcua_hub.ledger import evidence, targets
from motcua_hub.store.engine import writing
from motcua_hub.web.api.resources.table import OPERATIONS
from motcua_hub.web.security.tokens import WRITE, create_api_token
from support.hub_seed import ADMIN, HOUR, MINUTE, NOW, HubWeb, seed_show

DOCUMENT = "/api/v1/openapi.json"
KNOWN = {"site": "ben-thanh", "target": "may-chu-1", "number": "1"}
"""Ids that there are: what only answers 404 shows little."""
UNTOUCHED = "may-chu-2"


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    made = HubWeb(tmp_path_factory.mktemp("api") / "state")
    seed_show(made)
    seed_target(made, KNOWN["target"])
    seed_target(made, UNTOUCHED)
    yield made
    made.close()


def seed_target(hub, name):
    with writing(hub.engine) as connection:
        known = targets.Target(id=name, name="Máy chủ một cửa", kind=targets.Kind.SERVER)
        targets.add(connection, known, NOW - HOUR)
        claim = Evidence(
            id=f"e-{name}",
            target=known.id,
            begin=NOW - HOUR,
            end=NOW - MINUTE,
            claim=Claim.UP,
            received_at=NOW - MINUTE,
        )
        evidence.add(connection, [claim])


@pytest.fixture(scope="module")
def bearer(shown):
    shown.admin()
    token = create_api_token(shown.engine, "fuzz", NOW, account=ADMIN, scope=WRITE)
    return {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}


@pytest.mark.parametrize("each", OPERATIONS, ids=lambda each: each.name)
def test_every_operation_answers_as_described(shown, bearer, each):
    described = schemathesis.openapi.from_wsgi(DOCUMENT, shown.app)
    asked = described["/api/v1" + each.path][each.method.value]

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=asked.as_strategy(), known=st.booleans())
    def anything(case, known):
        if known:
            case.path_parameters.update(
                {name: id_ for name, id_ in KNOWN.items() if name in case.path_parameters}
            )
        # a period that ends before it begins fits the schema and is refused all the same
        case.call_and_validate(headers=bearer, excluded_checks=[positive_data_acceptance])

    anything()


def test_the_description_holds_every_operation(shown):
    paths = shown.app.test_client().get(DOCUMENT).json["paths"]
    told = {operation["operationId"] for path in paths.values() for operation in path.values()}
    assert told == {each.name for each in OPERATIONS}


@pytest.mark.parametrize("each", [each for each in OPERATIONS if each.writes], ids=lambda e: e.name)
def test_nothing_is_written_by_a_token_that_may_only_read(shown, each):
    token = create_api_token(shown.engine, f"reader-{each.name}", NOW)
    path = "/api/v1" + each.path.replace("{", "").replace("}", "")
    headers = {"Authorization": f"Bearer {token}"}
    answer = shown.app.test_client().open(path, method=each.method.value, headers=headers, json={})
    assert (answer.status_code, answer.json["code"]) == (403, "read_only")


def test_figures_of_a_known_target_are_told_with_their_bounds(shown, bearer):
    path = f"/api/v1/targets/{UNTOUCHED}/figures?begin={NOW - 2 * HOUR}&end={NOW}"
    told = shown.app.test_client().get(path, headers=bearer).json["numbers"]
    assert (told["up"], told["down"]) == (HOUR - MINUTE, 0)
    assert told["availability"] == "1"
    assert told["lower"] == "59/60"
