"""Targets: what they are now, how long they were up, and by whose word; with their rules."""

from collections.abc import Callable
from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from motcua_hub.domain.availability.evidence import Claim, Sli, State
from motcua_hub.domain.incident.vocabulary import Cause
from motcua_hub.ledger import corrections, targets
from motcua_hub.ledger.corrections import CorrectionError, Wanted
from motcua_hub.ledger.now import RECENT_MS, Now
from motcua_hub.ledger.targets import Target, TargetError
from motcua_hub.store.engine import reading, writing
from motcua_hub.web import localtime, visitor
from motcua_hub.web.deeds import targets as deeds
from motcua_hub.web.hub import Hub
from motcua_hub.web.queries import targets as query
from motcua_hub.web.queries.targets import Asked, Filters, Found
from motcua_hub.web.views import periods, target_forms, target_history
from motcua_hub.web.views.availability import CLASS, bar, told

Answer = str | tuple[str, int] | Response


def blueprint(hub: Hub) -> Blueprint:
    """`/targets` and `/targets/<target>`."""
    pages = Blueprint("targets", __name__)
    _readings(pages, hub)
    _changes(pages, hub)
    _opinions(pages, hub)
    return pages


def _readings(pages: Blueprint, hub: Hub) -> None:
    @pages.get("/targets")
    def page() -> str:
        return _list(hub)

    @pages.get("/targets/new")
    def new() -> str:
        return _form(hub, None, target_forms.empty(_today(hub)))

    @pages.get("/targets/<target>")
    def one(target: str) -> str:
        return _one(hub, target)

    @pages.get("/targets/<target>/edit")
    def edit(target: str) -> str:
        held = _held(hub, target)
        return _form(hub, held, target_forms.of(held))


def _changes(pages: Blueprint, hub: Hub) -> None:
    @pages.post("/targets/new")
    def add() -> Answer:
        return _add(hub)

    @pages.post("/targets/<target>/edit")
    def change(target: str) -> Answer:
        return _change(hub, _held(hub, target))

    @pages.post("/targets/<target>/retire")
    def retire(target: str) -> Answer:
        return _retire(hub, _held(hub, target))

    @pages.post("/targets/<target>/probes")
    def probe_add(target: str) -> Answer:
        return _probe_add(hub, _held(hub, target))

    @pages.post("/targets/<target>/probes/<int:probe>/retire")
    def probe_retire(target: str, probe: int) -> Answer:
        return _probe_retire(hub, _held(hub, target), probe)


def _opinions(pages: Blueprint, hub: Hub) -> None:
    @pages.post("/targets/<target>/corrections")
    def correct(target: str) -> Answer:
        return _correct(hub, _held(hub, target))

    @pages.post("/targets/<target>/corrections/<int:correction>")
    def decide(target: str, correction: int) -> Answer:
        return _decide(hub, _held(hub, target), correction)


def _may_write() -> bool:
    return visitor.current().role == visitor.ADMIN


def _who() -> str:
    return visitor.current().name


def _today(hub: Hub) -> date:
    return localtime.at(hub.clock()).date()


def _held(hub: Hub, target: str) -> Target:
    with reading(hub.engine) as connection:
        found = targets.get(connection, target)
    if found is None:
        abort(404)
    return found


def _list(hub: Hub) -> str:
    number = request.args.get("page", "1")
    asked = Filters(
        kind=request.args.get("kind", "")[:16],
        site=request.args.get("site", "")[:32],
        unit=request.args.get("unit", "")[:64],
        carrier=request.args.get("carrier", "")[:64],
        state=request.args.get("state", "")[:16],
        page=max(1, int(number[:6])) if number.isdecimal() else 1,
    )
    with reading(hub.engine) as connection:
        found = query.listed(connection, asked, hub.clock())
    return render_template(
        "targets/list.html",
        here="targets",
        found=found,
        asked=asked,
        kinds=query.kinds(),
        look=CLASS,
        tell=told,
        since=_since(hub),
        may_write=_may_write(),
    )


def _asked(hub: Hub) -> tuple[periods.Period, Asked, str]:
    name = request.args.get("span", "month")
    name = name if name in periods.NAMES else "month"
    over = periods.period(name, periods.day_of(request.args.get("day", ""), _today(hub)))
    told = request.args.get("as_of", "")
    as_of = periods.end_of(periods.day_of(told, _today(hub))) if told else None
    if as_of is not None and as_of > hub.clock():
        as_of, told = None, ""
    sli = request.args.get("sli", "")
    wanted = Sli(sli) if sli in {each.value for each in Sli} else None
    return over, Asked(period=(over.begin, over.end), sli=wanted, as_of=as_of), told


def _one(
    hub: Hub,
    target: str,
    *,
    said: dict[str, str] | None = None,
    faults: dict[str, str] | None = None,
) -> str:
    over, asked, as_of = _asked(hub)
    with reading(hub.engine) as connection:
        found = query.one(connection, target, asked, hub.clock())
        vantages = ("hub", *query.site_names(connection))
    if found is None:
        abort(404)
    return render_template(
        "targets/page.html",
        here="targets",
        found=found,
        over=over,
        as_of=as_of,
        now=hub.clock(),
        today=_today(hub),
        spans=periods.NAMES,
        bar=bar(found.bands, found.period),
        look=CLASS,
        tell=told,
        since=_since(hub),
        slis=tuple(each.value for each in Sli),
        causes=tuple(each.value for each in Cause),
        vantages=vantages,
        probe_kinds=target_forms.KINDS,
        said=said or {},
        faults=faults or {},
        sums=_sums(found),
        history=target_history.history(found.versions),
        named_fields=target_history.NAMED,
        me_name=_who(),
        may_write=_may_write(),
    )


def _since(hub: Hub) -> Callable[[Now], int | None]:
    """Since when a state is; None where it is unknown for longer than one looks back."""
    oldest = hub.clock() - RECENT_MS

    def since(is_now: Now) -> int | None:
        long_ago = is_now.state is State.UNKNOWN and is_now.since <= oldest
        return None if long_ago else is_now.since

    return since


def _sums(found: Found) -> dict[str, int]:
    """Time in each of the four shown states, for the words beside the bar."""
    sums = dict.fromkeys(CLASS, 0)
    for begin, end, state in found.bands:
        sums[state] += end - begin
    return sums


def _form(
    hub: Hub, held: Target | None, said: dict[str, str], faults: dict[str, str] | None = None
) -> str:
    with reading(hub.engine) as connection:
        everything = targets.listing(connection)
        sites = query.site_names(connection)
    return render_template(
        "targets/edit.html",
        here="targets",
        held=held,
        said=said,
        faults=faults or {},
        kinds=query.kinds(),
        sites=sites,
        others=[each for each in everything if held is None or each.id != held.id],
        units=sorted({each.unit for each in everything if each.unit}),
        carriers=sorted({each.carrier for each in everything if each.carrier}),
        may_write=_may_write(),
    )


def _add(hub: Hub) -> Answer:
    said = target_forms.clean(request.form)
    wanted, faults = target_forms.read(said, None)
    if wanted is None:
        return _form(hub, None, said, faults), 422
    try:
        with writing(hub.engine) as connection:
            targets.add(connection, wanted, hub.clock(), _who())
    except TargetError as error:
        return _form(hub, None, said, target_forms.fault(error)), 422
    return redirect(url_for("targets.one", target=wanted.id), code=303)


def _change(hub: Hub, held: Target) -> Answer:
    said = target_forms.clean(request.form) | {"id": held.id}
    wanted, faults = target_forms.read(said, held)
    if wanted is None:
        return _form(hub, held, said, faults), 422
    try:
        with writing(hub.engine) as connection:
            since, why = target_forms.since(said), said["why"]
            targets.change(connection, wanted, hub.clock(), _who(), valid_from=since, why=why)
    except TargetError as error:
        return _form(hub, held, said, target_forms.fault(error)), 422
    return redirect(url_for("targets.one", target=held.id), code=303)


def _retire(hub: Hub, held: Target) -> Answer:
    why = request.form.get("why", "").strip()
    with writing(hub.engine) as connection:
        deeds.retire(connection, held.id, why, visitor.by(hub))
    return redirect(url_for("targets.page"), code=303)


def _probe_add(hub: Hub, held: Target) -> Answer:
    said = {key: value.strip()[:400] for key, value in request.form.items()}
    spec, faults = target_forms.probe(said, held.id)
    if spec is None:
        return _one(hub, held.id, said=said, faults=faults), 422
    try:
        with writing(hub.engine) as connection:
            deeds.add_probe(connection, said.get("vantage", ""), spec, visitor.by(hub))
    except deeds.UnknownVantageError:
        return _one(hub, held.id, said=said, faults={"vantage": "targets.bad"}), 422
    return redirect(url_for("targets.one", target=held.id), code=303)


def _probe_retire(hub: Hub, held: Target, probe: int) -> Answer:
    with writing(hub.engine) as connection:
        deeds.retire_probe(connection, held.id, probe, visitor.by(hub))
    return redirect(url_for("targets.one", target=held.id), code=303)


def _correct(hub: Hub, held: Target) -> Answer:
    said = {key: value.strip()[:400] for key, value in request.form.items()}
    begin, end = periods.moment_of(said.get("begin", "")), periods.moment_of(said.get("end", ""))
    claim, sli = said.get("claim", ""), said.get("sli", "")
    if begin is None or end is None:
        return _one(hub, held.id, said=said, faults={"end": "targets.correct.times"}), 422
    if claim not in {"up", "down"} or sli not in {each.value for each in Sli}:
        return _one(hub, held.id, said=said, faults={"claim": "targets.bad"}), 422
    wanted = Wanted(
        target=held.id,
        sli=Sli(sli),
        begin=begin,
        end=end,
        claim=Claim(claim),
        cause=said.get("cause", "") if claim == "down" else "",
        reason=said.get("reason", ""),
    )
    try:
        with writing(hub.engine) as connection:
            corrections.ask(connection, wanted, hub.clock(), _who())
    except CorrectionError as error:
        words = "targets.correct.reason" if error.field == "reason" else "targets.correct.times"
        field = "reason" if error.field == "reason" else "end"
        return _one(hub, held.id, said=said, faults={field: words}), 422
    return redirect(url_for("targets.one", target=held.id, _anchor="corrections"), code=303)


def _decide(hub: Hub, held: Target, correction: int) -> Answer:
    approve = request.form.get("decision") == "approve"
    try:
        with writing(hub.engine) as connection:
            mine = {each.id for each in corrections.of_target(connection, held.id)}
            if correction in mine:
                corrections.decide(connection, correction, hub.clock(), _who(), approve=approve)
    except CorrectionError:
        return _one(hub, held.id, faults={"decision": "targets.correct.self"}), 409
    return redirect(url_for("targets.one", target=held.id, _anchor="corrections"), code=303)
