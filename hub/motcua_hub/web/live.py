"""The answer of a live page: its parts as the server draws them, or "nothing changed"."""

import hashlib
import json
from collections.abc import Mapping, Sequence

from flask import Response, request


def answer(
    now: int, clock: str, parts: Mapping[str, str], lists: Mapping[str, Sequence[tuple[str, str]]]
) -> Response:
    """JSON with `parts` (element id -> HTML) and `lists` (element id -> [(row id, HTML)]).

    304 with the time of day in `X-Clock` when the page that asks has exactly this already.
    """
    rows = {
        name: [{"id": key, "html": html} for key, html in items] for name, items in lists.items()
    }
    body = json.dumps({"parts": parts, "lists": rows}, ensure_ascii=False)
    tag = hashlib.sha256(body.encode()).hexdigest()[:32]
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        whole = f'{{"now": {now}, "clock": {json.dumps(clock)}, {body[1:]}'
        response = Response(whole, mimetype="application/json")
    # weak: what travels may be compressed
    response.set_etag(tag, weak=True)
    response.headers["X-Clock"] = clock
    return response
