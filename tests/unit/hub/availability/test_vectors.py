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

TESTS = Path(__file__).resolve().parents[3]
COPY = TESTS / "vectors" / "availability.json"
SHARED = TESTS.parents[1] / "shared" / "vectors" / "availability.json"
NAMED = os.environ.get("MOTCUA_AVAILABILITY_VECTORS")
SOURCE = Path(NAMED) if NAMED else SHARED if SHARED.exists() else COPY
VECTORS: list[dict[str, Any]] = json.loads(SOURCE.read_text(encoding="utf-8"))["vectors"]


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
    assert {key: found[key] for key in vector["expect"]} == vector["expect"], vector["title"]


def test_a_vector_that_expects_something_else_would_be_seen() -> None:
    first = json.loads(COPY.read_text(encoding="utf-8"))["vectors"][0]
    shorter = {**first, "period": [first["period"][0], first["period"][1] - 1]}
    found = evaluate(shorter)
    assert {key: found[key] for key in first["expect"]} != first["expect"]
