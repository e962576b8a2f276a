"""Every refusal as JSON: {code, field, detail (English), message (Vietnamese)}."""

from typing import Final

import msgspec
from aiohttp import web

from motcua_edge.domain.refusals import Refusal, RefusalCode
from motcua_edge.services.sessions import AccessError
from motcua_edge.web.texts import Texts

R = RefusalCode
_STATUS: Final[dict[RefusalCode, int]] = {
    R.UNKNOWN_SERVICE: 404,
    R.UNKNOWN_TICKET: 404,
    R.UNKNOWN_COUNTER: 404,
    R.UNKNOWN_OFFICER: 404,
    R.PRIORITY_UNKNOWN: 422,
    R.PURPOSE_UNKNOWN: 422,
    R.REASON_REQUIRED: 422,
    R.OUTCOME_REQUIRED: 422,
    R.RATING_LEVEL: 422,
    R.DAY_INVALID: 422,
    R.NOT_ALLOWED: 403,
    R.NOT_YOUR_COUNTER: 403,
    R.RATING_FORGED: 403,
    R.DEVICE_UNKNOWN: 403,
    R.TOO_FAST: 429,
    R.TOO_SOON: 429,
    R.LOCKED: 429,
}
CONFLICT: Final = 409
"""Of every other refusal: the office's state does not allow it now."""
_ACCESS_STATUS: Final = {
    "not_logged_in": 401,
    "wrong_pin": 401,
    "not_paired": 401,
    "wrong_code": 403,
    "forbidden": 403,
    "outside_lan": 403,
    "foreign_origin": 403,
    "too_many": 429,
}


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """The body of every answer that is not a success."""

    code: str
    field: str = ""
    detail: str
    message: str = ""
    values: dict[str, str] = {}


class BadRequestError(Exception):
    """Input that cannot be used. `code` has a text `error.<code>`."""

    def __init__(self, status: int, code: str, detail: str, field: str = "") -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.field = field


def status_of(code: RefusalCode) -> int:
    """The HTTP status of a refusal."""
    return _STATUS.get(code, CONFLICT)


def problem(texts: Texts, status: int, content: Problem, text_key: str = "") -> web.Response:
    """A problem as a response; its message is found here, by default under `error.<code>`."""
    message = texts.say(text_key or f"error.{content.code}", muc=content.field, **content.values)
    body = msgspec.json.encode(msgspec.structs.replace(content, message=message))
    return web.Response(status=status, body=body, content_type="application/json")


def refusal_problem(texts: Texts, refusal: Refusal) -> web.Response:
    """A refusal of the rules as a response."""
    code = refusal.code.value
    content = Problem(code=code, field=refusal.field, detail=refusal.detail, values=refusal.values)
    return problem(texts, status_of(refusal.code), content, f"refusal.{code}")


def access_problem(texts: Texts, error: AccessError) -> web.Response:
    """Somebody who is not let in, as a response."""
    content = Problem(code=error.code, detail=str(error))
    return problem(texts, _ACCESS_STATUS[error.code], content)
