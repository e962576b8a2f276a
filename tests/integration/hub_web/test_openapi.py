"""The API answers as its description says, to whatever a program may send."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from motcua_hub.web.api.resources.table import OPERATIONS
from motcua_hub.web.security.tokens import WRITE, create_api_token
from support.hub_seed import NOW, HubWeb, seed_show

DOCUMENT = "/api/v1/openapi.json"


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    made = HubWeb(tmp_path_factory.mktemp("api") / "state")
    seed_show(made)
    yield made
    made.close()


@pytest.fixture(scope="module")
def bearer(shown):
    token = create_api_token(shown.engine, "fuzz", NOW, scope=WRITE)
    return {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}


@pytest.mark.parametrize("each", OPERATIONS, ids=lambda each: each.name)
def test_every_operation_answers_as_described(shown, bearer, each):
    described = schemathesis.openapi.from_wsgi(DOCUMENT, shown.app)
    asked = described["/api/v1" + each.path][each.method.value]

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=asked.as_strategy())
    def anything(case):
        case.call_and_validate(headers=bearer)

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
