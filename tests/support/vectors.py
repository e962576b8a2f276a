"""Files of examples for the availability ledger, read with a clear word on what is wrong."""

import json
from pathlib import Path
from typing import Any

from motcua_hub.domain.availability.vectors import VectorError


def load(path: Path) -> list[dict[str, Any]]:
    """The vectors of a file: `{"vectors": [{"id", "title", "period", …, "expect"}, …]}`.

    Raises:
        VectorError: Which file, which vector, and what is wrong with it.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        msg = f"{path}: cannot be read: {error.strerror}"
        raise VectorError(msg) from error
    except ValueError as error:
        msg = f"{path}: is no JSON: {error}"
        raise VectorError(msg) from error
    vectors = found.get("vectors") if isinstance(found, dict) else None
    if not isinstance(vectors, list) or not vectors:
        msg = f"{path}: holds no list `vectors`"
        raise VectorError(msg)
    for number, vector in enumerate(vectors, 1):
        _check(f"{path}: vector {number}", vector)
    return vectors


def _check(where: str, vector: object) -> None:
    if not isinstance(vector, dict):
        msg = f"{where}: is no object"
        raise VectorError(msg)
    lacking = [key for key in ("id", "title", "period", "evidence", "expect") if key not in vector]
    if lacking:
        msg = f"{where} ({vector.get('id', '?')}): `{'`, `'.join(lacking)}` is missing"
        raise VectorError(msg)


def told(vector: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """What was found of everything that a vector expects.

    Raises:
        VectorError: It expects a figure that there is none of.
    """
    strange = sorted(set(vector["expect"]) - set(found))
    if strange:
        msg = f"{vector['id']}: `expect` names `{'`, `'.join(strange)}`, which is no figure"
        raise VectorError(msg)
    return {key: found[key] for key in vector["expect"]}
