"""Vantages and their references: without any, a hub that is cut off would call everything down."""

import re

import pytest

from motcua_contract.probes import ProbeKind, Reference
from motcua_hub.ledger import probes
from motcua_hub.store.engine import reading
from motcua_hub.web.pages.vantages import UnreadableLineError, read, written
from support.hub_seed import proof_of, seed_show

LINES = "icmp 10.0.0.1\n  TCP   10.0.0.2 443 \n\nhttp tinh.example"
REFERENCES = (
    Reference(kind=ProbeKind.ICMP, host="10.0.0.1"),
    Reference(kind=ProbeKind.TCP, host="10.0.0.2", port=443),
    Reference(kind=ProbeKind.HTTP, host="tinh.example"),
)


@pytest.fixture
def client(hub):
    seed_show(hub)
    return hub.signed_in()


def save(client, vantage, lines):
    proof = proof_of(client.get("/vantages").text)
    return client.post(f"/vantages/{vantage}", data={"proof": proof, "references": lines})


def test_lines_are_read_and_written_back():
    assert read(LINES) == REFERENCES
    assert read(written(REFERENCES)) == REFERENCES
    assert read(" \n\n") == ()


@pytest.mark.parametrize(
    "line",
    ["icmp", "push 10.0.0.1", "tcp 10.0.0.1 70000", "tcp a b c d", "10.0.0.1", "tcp a zero"],
)
def test_a_line_that_names_nothing_is_told(line):
    with pytest.raises(UnreadableLineError, match=re.escape(line)):
        read(f"icmp 10.0.0.1\n{line}")


def test_more_than_eight_are_refused():
    with pytest.raises(UnreadableLineError, match=re.escape("icmp 10.0.0.8")):
        read("\n".join(f"icmp 10.0.0.{n}" for n in range(9)))


def test_the_hub_without_a_reference_is_warned_until_it_has_one(hub, client):
    assert "Chưa có mốc đối chiếu" in client.get("/vantages").text
    assert save(client, "hub", LINES).status_code == 303
    page = client.get("/vantages").text
    assert "Chưa có mốc đối chiếu" not in page
    assert "tcp 10.0.0.2 443" in page
    with reading(hub.engine) as connection:
        told = probes.probe_list(connection, "hub")
    assert (told.references, told.version) == (REFERENCES, 1)
    (row,) = [each for each in hub.rows("audit") if each["action"] == "references_changed"]
    assert row["subject"] == "hub"


def test_a_line_that_cannot_be_read_changes_nothing_and_is_kept_in_the_form(hub, client):
    answer = save(client, "hub", "icmp 10.0.0.1\nquack 1")
    assert answer.status_code == 422
    assert "quack 1" in answer.text
    with reading(hub.engine) as connection:
        assert probes.probe_list(connection, "hub").references == ()


def test_nobody_unknown_is_a_vantage(client):
    assert save(client, "nowhere", LINES).status_code == 404
