"""Limits of checklists and ages of the yearly plan: what holds, from which day, and who decided."""

from collections.abc import Mapping
from typing import Final

import msgspec
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from motcua_hub.domain.localtime import day_of
from motcua_hub.domain.upkeep.findings import number
from motcua_hub.domain.upkeep.policy import Limit, Policy, UnfitPolicy, measured
from motcua_hub.store import policies
from motcua_hub.store.engine import reading, writing
from motcua_hub.upkeep.minutes import plain
from motcua_hub.web import visitor
from motcua_hub.web.deeds import maintenance as deeds
from motcua_hub.web.hub import Hub

Answer = str | tuple[str, int] | BaseResponse
NUMBERS: Final = ("worn_months", "old_months", "often", "soon_days")
_LONGEST: Final = 400


def blueprint(hub: Hub) -> Blueprint:
    """`/maintenance/policy`."""
    pages = Blueprint("policy", __name__)

    @pages.get("/maintenance/policy")
    def page() -> str:
        return _page(hub)

    @pages.post("/maintenance/policy")
    def decide() -> Answer:
        return _decide(hub)

    return pages


def _page(hub: Hub, fault: UnfitPolicy | None = None) -> str:
    today = day_of(hub.clock())
    with reading(hub.engine) as connection:
        now_held, versions = policies.on(connection, today), policies.versions(connection)
    shown = versions[0]
    return render_template(
        "maintenance/policy.html",
        here="maintenance",
        held=now_held,
        newest=shown,
        versions=versions,
        lists=_lists(shown.policy),
        numbers=[(name, msgspec.structs.asdict(shown.policy)[name]) for name in NUMBERS],
        said=request.form if fault else {},
        fault=fault,
        today=today.isoformat(),
        plain=plain,
        may_write=visitor.current().role == visitor.ADMIN,
        now=hub.clock(),
    )


def _lists(policy: Policy) -> dict[str, list[dict[str, object]]]:
    """Measured values by checklist: the limits that hold, and the product's own."""
    found: dict[str, list[dict[str, object]]] = {}
    for name, item in measured():
        own = Limit(low=item.low, high=item.high)
        limit = policy.limits.get(f"{name}.{item.key}", own)
        row = {"item": item, "limit": limit, "own": own, "changed": limit != own}
        found.setdefault(name, []).append(row)
    return found


def _decide(hub: Hub) -> Answer:
    form = request.form
    try:
        said = Policy(limits=_limits(form), **_numbers(form))
        with writing(hub.engine) as connection:
            deeds.set_policy(
                connection,
                said,
                begins=form.get("begins", ""),
                why=form.get("why", "")[:_LONGEST],
                after=_whole(form.get("after", "")) or 0,
                by=visitor.by(hub),
            )
    except UnfitPolicy as fault:
        return _page(hub, fault), 409 if fault.field == "after" else 422
    return redirect(url_for("policy.page") + "#versions", code=303)


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004


def _numbers(form: Mapping[str, str]) -> dict[str, int]:
    found = {}
    for name in NUMBERS:
        value = _whole(form.get(name, "").strip())
        if value is None:
            raise UnfitPolicy(name, "policy.fault.range")
        found[name] = value
    return found


def _limits(form: Mapping[str, str]) -> dict[str, Limit]:
    found = {}
    for name, item in measured():
        key = f"{name}.{item.key}"
        found[key] = Limit(low=_side(form, key, "low"), high=_side(form, key, "high"))
    return found


def _side(form: Mapping[str, str], key: str, side: str) -> float | None:
    text = form.get(f"{side}-{key}", "").strip()
    if not text:
        return None
    value = number(text)
    if value is None:
        raise UnfitPolicy(key, "policy.fault.limit")
    return value
