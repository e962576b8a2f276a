"""How failures are told: a page to people, `application/problem+json` to programs."""

import json
import logging
from typing import Final

from flask import Flask, Response, render_template, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, InternalServerError

from motcua_hub.web.texts import Texts

_TITLED: Final = (400, 403, 404, 405, 413, 500, 503)
_STORELESS: Final = ("static", "probes.healthz")
_PROGRAM_PATHS: Final = ("/api/", "/live/")
_log = logging.getLogger(__name__)


class StoreWatch:
    """Logs a failing database once and its recovery once."""

    def __init__(self) -> None:
        self._failing = False

    def failed(self, error: SQLAlchemyError) -> None:
        """The database did not answer."""
        if not self._failing:
            _log.error("database does not answer: %s", error)
        self._failing = True

    def answered(self) -> None:
        """The database answered."""
        if self._failing:
            _log.warning("database answers again")
        self._failing = False


def json_problem(status: int, code: str, detail: str) -> Response:
    """A refusal for programs: what is wrong and what to do."""
    response = Response(status=status, mimetype="application/problem+json")
    response.set_data(json.dumps({"status": status, "code": code, "detail": detail}))
    if status == 401:  # noqa: PLR2004
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def set_up(app: Flask, texts: Texts) -> None:
    """Answer HTTP errors and database failures in our own words."""
    watch = StoreWatch()

    def http_error(error: HTTPException) -> Response:
        code = error.code or 500
        return _answer(texts, code, error.description or "")

    def store_error(error: SQLAlchemyError) -> Response:
        watch.failed(error)
        return _answer(texts, 503, "the database does not answer; try again")

    def any_error(error: InternalServerError) -> Response:
        return _answer(texts, 500, "an internal error, written to the log" if error else "")

    def recovered(response: Response) -> Response:
        if response.status_code == 200 and request.endpoint not in _STORELESS:  # noqa: PLR2004
            watch.answered()
        return response

    app.after_request(recovered)
    app.register_error_handler(SQLAlchemyError, store_error)
    app.register_error_handler(500, any_error)
    app.register_error_handler(HTTPException, http_error)


def _answer(texts: Texts, status: int, detail: str) -> Response:
    if request.path.startswith(_PROGRAM_PATHS):
        return json_problem(status, f"http_{status}", detail)
    shown = status if status in _TITLED else 500
    lead = "error.lead.503" if status == 503 else "error.lead"  # noqa: PLR2004
    if texts.has(detail):
        lead = detail
    page = render_template("error.html", title=f"error.title.{shown}", lead=lead, here="")
    return Response(page, status)
