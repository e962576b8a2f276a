"""The exact examples, through the one public function.

`MOTCUA_AVAILABILITY_VECTORS` names another file of the same form; without it the shared file beside
this clone is read, or our copy of it.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from motcua_hub.domain.availability import evaluate
from motcua_hub.domain.availability.vectors import VectorError
from support.vectors import load, told

TESTS = Path(__file__).resolve().parents[3]
COPY = TESTS / "vectors" / "availability.json"
SHARED = TESTS.parents[1] / "shared" / "vectors" / "availability.json"
NAMED = os.environ.get("MOTCUA_AVAILABILITY_VECTORS")
SOURCE = Path(NAMED) if NAMED else SHARED if SHARED.exists() else COPY
EDGES = TESTS / "vectors" / "availability_edges.json"
"""Ours, worked out by hand."""
VECTORS: list[dict[str, Any]] = [*load(SOURCE), *([] if NAMED else load(EDGES))]


def test_there_are_vectors_and_none_twice() -> None:
    names = [vector["id"] for vector in VECTORS]
    assert names
    assert len(set(names)) == len(names)


@pytest.mark.skipif(not SHARED.exists(), reason="no shared folder beside this clone")
def test_our_copy_of_the_shared_vectors_is_the_shared_one() -> None:
    assert json.loads(COPY.read_text("utf-8")) == json.loads(SHARED.read_text("utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["id"] for vector in VECTORS])
def test_every_figure_of_a_vector_comes_out_exactly(vector: Mapping[str, Any]) -> None:
    found = evaluate(vector)
    assert told(vector, found) == vector["expect"], vector["title"]


def test_a_vector_that_expects_something_else_would_be_seen() -> None:
    first = json.loads(COPY.read_text(encoding="utf-8"))["vectors"][0]
    shorter = {**first, "period": [first["period"][0], first["period"][1] - 1]}
    found = evaluate(shorter)
    assert {key: found[key] for key in first["expect"]} != first["expect"]


GOOD = {
    "id": "X",
    "title": "x",
    "period": [0, 10],
    "evidence": [{"start": 0, "end": 10, "state": "up", "source": "probe"}],
    "expect": {"up_s": 10},
}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is no JSON"),
        ("[]", "holds no list `vectors`"),
        ('{"vectors": []}', "holds no list `vectors`"),
        ('{"vectors": [1]}', "vector 1: is no object"),
        ('{"vectors": [{"id": "X", "title": "x"}]}', r"vector 1 \(X\): `period`, `evidence`"),
    ],
)
def test_a_file_that_is_wrong_says_where(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "further.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(VectorError, match=words) as error:
        load(path)
    assert str(path) in str(error.value)


def test_a_file_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(VectorError, match=r"nowhere\.json: cannot be read: No such file"):
        load(tmp_path / "nowhere.json")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"period": [10, 0]}, "X: the period ends before it begins"),
        ({"period": [0]}, "X: not enough values"),
        ({"period": ["soon", 10]}, "X: Invalid literal"),
        ({"period": [0, 0.0001]}, "X: 0.0001 s are not whole milliseconds"),
        (
            {"evidence": [{"start": 0, "end": 1, "state": "up"}]},
            "X: evidence 1: 'source' is missing",
        ),
        (
            {"evidence": [{**GOOD["evidence"][0], "source": "rumour"}]},
            "X: evidence 1: 'rumour' is no known source",
        ),
        (
            {"evidence": [{**GOOD["evidence"][0], "state": "late"}]},
            "X: evidence 1: 'late' is not a",
        ),
        (
            {"evidence": [*GOOD["evidence"], {**GOOD["evidence"][0], "start": 11}]},
            "X: evidence 2 ends before it begins",
        ),
        ({"policy": {"slo": "most"}}, "X: Invalid literal"),
        ({"maintenance": [{"start": 1}]}, "X: 'end' is missing"),
    ],
)
def test_an_example_that_is_wrong_says_what(wrong: dict[str, Any], words: str) -> None:
    assert evaluate(GOOD)["up_s"] == 10
    with pytest.raises(VectorError) as error:
        evaluate({**GOOD, **wrong})
    assert str(error.value).startswith(words)


def test_a_figure_that_there_is_none_of_is_no_expectation() -> None:
    strange = {**GOOD, "expect": {"up_s": 10, "uptime": 1}}
    with pytest.raises(VectorError, match="X: `expect` names `uptime`, which is no figure"):
        told(strange, evaluate(strange))
