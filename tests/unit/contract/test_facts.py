"""Golden files are the memory of the wire: a journal of last year must still be read."""

import contextlib
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua_contract import facts
from motcua_contract.facts import FACT_TYPES, FactDecodeError
from motcua_contract.facts.tickets import TicketIssued
from motcua_contract.vocabulary import Channel, Priority, Purpose
from support.asyncapi import fact_faults

GOLDEN = Path(__file__).parent / "golden" / "facts"
NAMES = sorted(FACT_TYPES)


def golden_file(name: str) -> Path:
    return GOLDEN / f"{name.replace('/', '.')}.json"


def golden(name: str) -> dict[str, Any]:
    return json.loads(golden_file(name).read_text(encoding="utf-8"))


def required(name: str) -> list[str]:
    fields = msgspec.structs.fields(FACT_TYPES[name])
    return [field.encode_name for field in fields if field.required]


def test_every_fact_has_a_golden_file_and_every_file_its_fact() -> None:
    expected = {golden_file(name).name for name in NAMES}
    assert {path.name for path in GOLDEN.iterdir()} == expected


def test_every_fact_is_named_and_versioned() -> None:
    for name, fact in FACT_TYPES.items():
        area, _, version = name.partition("/")
        assert version.isdigit()
        assert all(part.replace("_", "").isalpha() for part in area.split("."))
        assert name == fact.TYPE
        assert fact.__doc__


@pytest.mark.parametrize("name", NAMES)
def test_a_golden_body_says_every_field_and_is_read_as_it_stands(name: str) -> None:
    body = golden(name)
    fact = facts.decode(name, json.dumps(body).encode())
    fields = msgspec.structs.fields(FACT_TYPES[name])
    assert set(body) == {field.encode_name for field in fields}, f"add to {golden_file(name)}"
    read = {field.encode_name: msgspec.to_builtins(getattr(fact, field.name)) for field in fields}
    assert json.loads(json.dumps(read)) == body
    assert facts.type_name(fact) == name


@pytest.mark.parametrize("name", NAMES)
def test_a_fact_comes_back_from_bytes_as_it_went(name: str) -> None:
    fact = facts.decode(name, golden_file(name).read_bytes())
    again = facts.encode(fact)
    assert facts.decode(name, again) == fact
    assert json.loads(again) == golden(name), "a golden value equals its field's default"


@pytest.mark.parametrize("name", NAMES)
def test_unknown_fields_of_a_newer_edge_are_tolerated(name: str) -> None:
    newer = {**golden(name), "field_of_2031": {"x": [1, None]}}
    assert facts.decode(name, json.dumps(newer).encode()) == facts.decode(
        name, golden_file(name).read_bytes()
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_required_field_is_refused_by_name(name: str) -> None:
    for field in required(name):
        body = golden(name)
        del body[field]
        with pytest.raises(FactDecodeError, match=rf"{name}.*missing required field `{field}`"):
            facts.decode(name, json.dumps(body).encode())


@pytest.mark.parametrize("name", NAMES)
def test_defaults_are_left_out_of_the_journal(name: str) -> None:
    body = {field: golden(name)[field] for field in required(name)}
    fact = facts.decode(name, json.dumps(body).encode())
    assert json.loads(facts.encode(fact)) == body


@pytest.mark.parametrize("name", NAMES)
def test_the_published_schema_agrees_with_the_golden_file(name: str) -> None:
    assert fact_faults(name, golden(name)) == []
    for field in required(name):
        body = golden(name)
        del body[field]
        assert fact_faults(name, body), f"the schema does not require {field}"


@pytest.mark.parametrize("name", NAMES)
def test_a_fact_cannot_be_changed(name: str) -> None:
    fact = facts.decode(name, golden_file(name).read_bytes())
    for field in msgspec.structs.fields(fact):
        with pytest.raises(AttributeError):
            setattr(fact, field.name, None)


def test_an_issued_ticket_is_read_into_its_vocabulary() -> None:
    name = "ticket.issued/1"
    assert facts.decode(name, golden_file(name).read_bytes()) == TicketIssued(
        ticket="20261123-A015",
        test=True,
        label="A015",
        series="A",
        number=15,
        day="2026-11-23",
        service="CT",
        purpose=Purpose.RESULT,
        priority=Priority.ELDERLY,
        channel=Channel.COUNTER,
        device="kiosk-1",
        order_key=1795393822000,
        ahead=4,
        wait_low_min=12,
        wait_high_min=20,
        late_consent=True,
        booked=True,
    )


def test_no_fact_has_a_place_for_a_citizens_identity() -> None:
    forbidden = {"phone", "cccd", "citizen", "citizen_name", "id_number", "full_name", "address"}
    for name, fact in FACT_TYPES.items():
        fields = {field.name for field in msgspec.structs.fields(fact)}
        assert not fields & forbidden, name
        assert "site" not in fields, f"{name}: the topic says the site, never a body"


def test_an_unknown_type_is_refused_by_name() -> None:
    with pytest.raises(FactDecodeError, match=r"'ticket\.sung/1' is not known"):
        facts.decode("ticket.sung/1", b"{}")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"[]", b'{"ticket":1}', b"\xff", b'{"ticket":"\xff"}', b"[" * 100_000],
)
def test_a_body_that_cannot_be_read_is_refused(body: bytes) -> None:
    with pytest.raises(FactDecodeError):
        facts.decode("ticket.no_show/1", body)


def test_a_batchs_raw_body_is_read_without_a_copy() -> None:
    fact = facts.decode("ticket.no_show/1", msgspec.Raw(b'{"ticket":"20261123-A015"}'))
    assert facts.encode(fact) == b'{"ticket":"20261123-A015"}'


@given(name=st.sampled_from(NAMES), body=st.binary(max_size=200))
def test_no_bytes_make_the_decoder_fail_in_another_way(name: str, body: bytes) -> None:
    with contextlib.suppress(FactDecodeError):
        assert isinstance(facts.decode(name, body), FACT_TYPES[name])
