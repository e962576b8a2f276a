"""First set-up, login and logout."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from motcua_hub.store.engine import reading, writing
from motcua_hub.web import visitor
from motcua_hub.web.hub import Hub
from motcua_hub.web.security import accounts, audit, sessions, throttle
from motcua_hub.web.security.passwords import MIN_LENGTH, PasswordRefusedError
from motcua_hub.web.security.setup_token import discard_setup_token, setup_token_fits

_SETUP = "(setup)"


def blueprint(hub: Hub) -> Blueprint:
    """`/login`, `/logout` and `/setup`."""
    pages = Blueprint("auth", __name__)

    @pages.get("/login")
    def login_form() -> str | BaseResponse:
        if not _any_account(hub):
            return redirect(url_for("auth.setup_form"))
        notice = "auth.signed_out" if "out" in request.args else ""
        return _login_page(next_path=request.args.get("next", ""), notice=notice)

    @pages.post("/login")
    def login() -> tuple[str, int] | BaseResponse:
        return _login(hub)

    @pages.post("/logout")
    def logout() -> BaseResponse:
        session = visitor.current()
        with writing(hub.engine) as connection:
            sessions.end(connection, session)
            audit.write(
                connection, hub.clock(), session.name, audit.Action.LOGOUT, detail=_address()
            )
        answer = redirect(url_for("auth.login_form", out=1))
        answer.delete_cookie(sessions.COOKIE)
        return answer

    @pages.get("/setup")
    def setup_form() -> str | BaseResponse:
        return redirect(url_for("auth.login_form")) if _any_account(hub) else _setup_page()

    @pages.post("/setup")
    def setup() -> tuple[str, int] | BaseResponse:
        return _setup(hub)

    return pages


def _any_account(hub: Hub) -> bool:
    with reading(hub.engine) as connection:
        return accounts.any_account(connection)


def _address() -> str:
    return request.remote_addr or "unknown"


def _login_page(
    *, next_path: str = "", notice: str = "", problem: str = "", minutes: int = 0, name: str = ""
) -> str:
    return render_template(
        "login.html",
        here="",
        next=next_path,
        notice=notice,
        problem=problem,
        values={"phut": minutes},
        username=name,
    )


def _login(hub: Hub) -> tuple[str, int] | BaseResponse:
    name = request.form.get("username", "").strip()
    password, wanted = request.form.get("password", ""), request.form.get("next", "")
    minutes = _wait(hub, name, audit.Action.LOGIN_THROTTLED)
    if minutes:
        page = _login_page(next_path=wanted, problem="auth.throttled", minutes=minutes, name=name)
        return page, 429
    with reading(hub.engine) as connection:
        account = accounts.find(connection, name)
    # Argon2 takes its time outside any transaction
    if not hub.passwords.matches(account.password_hash if account else None, password):
        _count_failure(hub, name, audit.Action.LOGIN_FAILED)
        return _login_page(next_path=wanted, problem="auth.wrong", name=name), 401
    if account is None:
        abort(401)
    return _welcome(hub, account.id, account.name, visitor.safe_next(wanted))


def _wait(hub: Hub, name: str, action: audit.Action) -> int:
    with reading(hub.engine) as connection:
        minutes = throttle.minutes_to_wait(connection, name, _address(), hub.clock())
    if minutes:
        with writing(hub.engine) as connection:
            audit.write(connection, hub.clock(), _address(), action)
    return minutes


def _count_failure(hub: Hub, name: str, action: audit.Action) -> None:
    """The name that was tried is not written down: it may be a password."""
    now = hub.clock()
    with writing(hub.engine) as connection:
        throttle.failed(connection, name, _address(), now)
        audit.write(connection, now, _address(), action)


def _welcome(hub: Hub, account_id: int, name: str, to: str) -> BaseResponse:
    now = hub.clock()
    with writing(hub.engine) as connection:
        throttle.succeeded(connection, name, _address())
        token = sessions.begin(connection, account_id, now)
        audit.write(connection, now, name, audit.Action.LOGIN, detail=_address())
    answer = redirect(to)
    answer.set_cookie(
        sessions.COOKIE,
        token,
        max_age=sessions.LIFETIME_MS // 1000,
        httponly=True,
        samesite="Lax",
        secure=hub.config.web.secure_cookie,
    )
    answer.delete_cookie(sessions.VISIT_COOKIE)
    return answer


def _setup_page(*, problem: str = "", minutes: int = 0, name: str = "") -> str:
    return render_template(
        "setup.html",
        here="",
        problem=problem,
        values={"phut": minutes},
        username=name,
        min_length=MIN_LENGTH,
    )


def _setup(hub: Hub) -> tuple[str, int] | BaseResponse:
    if _any_account(hub):
        abort(403)
    name = request.form.get("username", "").strip()
    minutes = _wait(hub, _SETUP, audit.Action.SETUP_FAILED)
    if minutes:
        return _setup_page(problem="auth.throttled", minutes=minutes, name=name), 429
    if not setup_token_fits(hub.state_dir, request.form.get("token", "")):
        _count_failure(hub, _SETUP, audit.Action.SETUP_FAILED)
        return _setup_page(problem="auth.setup.token.wrong", name=name), 403
    password = request.form.get("password", "")
    if password != request.form.get("again", ""):
        return _setup_page(problem="auth.password.differ", name=name), 422
    return _make_admin(hub, name, password)


def _make_admin(hub: Hub, name: str, password: str) -> tuple[str, int] | BaseResponse:
    try:
        account = accounts.create_first_admin(
            hub.engine, hub.passwords, name=name, password=password, now=hub.clock()
        )
    except (accounts.AccountRefusedError, PasswordRefusedError) as refusal:
        return _setup_page(problem=refusal.code, name=name), 422
    discard_setup_token(hub.state_dir)
    return _welcome(hub, account, name, url_for("overview.page"))
