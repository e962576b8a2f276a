"""The yearly plan of buying, servicing and replacing: its rows, its steps, its files."""

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from motcua_hub.domain.upkeep.plan import Action, PlanRefusal, Step
from motcua_hub.store import papers
from motcua_hub.store.engine import reading, writing
from motcua_hub.upkeep import plan_files, plans
from motcua_hub.upkeep.drafting import Desk
from motcua_hub.upkeep.part import desk_of
from motcua_hub.upkeep.plans import Plan
from motcua_hub.web import visitor
from motcua_hub.web.deeds import maintenance as deeds
from motcua_hub.web.hub import Hub

Answer = str | tuple[str, int] | BaseResponse
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def blueprint(hub: Hub) -> Blueprint:
    """`/maintenance/plan/<year>`."""
    pages = Blueprint("plan", __name__)
    desk = desk_of(hub.config.notices)

    @pages.get("/maintenance/plan/<int:year>")
    def page(year: int) -> str:
        return _page(hub, desk, year)

    @pages.get("/maintenance/plan/<int:year>.csv", endpoint="csv")
    def as_csv(year: int) -> Response:
        made = _read(hub, year)
        return _file(plan_files.as_csv(desk.say, made), "text/csv", f"ke-hoach-{year}.csv")

    @pages.get("/maintenance/plan/<int:year>.xlsx", endpoint="xlsx")
    def as_xlsx(year: int) -> Response:
        from motcua_hub.upkeep import plan_book  # noqa: PLC0415 - slow to load, seldom asked for

        made = plan_book.as_xlsx(desk.say, desk.head, _read(hub, year))
        return _file(made, _XLSX, f"ke-hoach-{year}.xlsx")

    @pages.post("/maintenance/plan/<int:year>/submit")
    def submit(year: int) -> Answer:
        return _step(hub, desk, year, Step.SUBMIT)

    @pages.post("/maintenance/plan/<int:year>/return", endpoint="give_back")
    def give_back(year: int) -> Answer:
        return _step(hub, desk, year, Step.RETURN)

    @pages.post("/maintenance/plan/<int:year>/approve")
    def approve(year: int) -> Answer:
        return _step(hub, desk, year, Step.APPROVE)

    return pages


def _check(year: int) -> None:
    if not plans.FIRST_YEAR <= year <= plans.LAST_YEAR:
        abort(404)


def _read(hub: Hub, year: int) -> Plan:
    _check(year)
    with reading(hub.engine) as connection:
        return plans.plan_of(connection, year)


def _page(hub: Hub, desk: Desk, year: int, problem: str = "") -> str:
    plan = _read(hub, year)
    with reading(hub.engine) as connection:
        policy = plans.policy_of(connection, year)
        holds = papers.holds(connection, papers.PLAN, year)
    cells = [plan_files.cells(desk.say, n, row) for n, row in enumerate(plan.rows, start=1)]
    return render_template(
        "maintenance/plan.html",
        here="maintenance",
        plan=plan,
        columns=[name for name, _width in plan_files.COLUMNS],
        rows=list(zip(plan.rows, cells, strict=True)),
        counts=[(one, sum(1 for row in plan.rows if row.action is one)) for one in Action],
        policy=policy,
        holds=holds,
        problem=problem,
        said=request.form if problem else {},
        may_write=visitor.current().role == visitor.ADMIN,
        now=hub.clock(),
    )


def _file(content: bytes, media: str, name: str) -> Response:
    answer = Response(content, mimetype=media)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _step(hub: Hub, desk: Desk, year: int, taken: Step) -> Answer:
    _check(year)
    note = request.form.get("note", "")
    try:
        with writing(hub.engine) as connection:
            deeds.plan_step(connection, year, taken, note, visitor.by(hub))
    except PlanRefusal as refusal:
        return _page(hub, desk, year, refusal.code), 409
    return redirect(url_for("plan.page", year=year), code=303)
