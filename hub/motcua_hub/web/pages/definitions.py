"""The written definition of every state, made from the rules that decide."""

from flask import Blueprint, render_template

from motcua_contract.faults import FAULTS
from motcua_hub.domain.health import component, site
from motcua_hub.domain.incident import severity
from motcua_hub.domain.incident.attribution import TABLE
from motcua_hub.domain.link import Link
from motcua_hub.domain.notice import scope
from motcua_hub.store import promises
from motcua_hub.store.engine import reading
from motcua_hub.web.hub import Hub


def blueprint(hub: Hub) -> Blueprint:
    """`/definitions`."""
    pages = Blueprint("definitions", __name__)

    @pages.get("/definitions")
    def page() -> str:
        with reading(hub.engine) as connection:
            now = promises.load(connection).in_force(hub.clock())
        whole = next(each for each in now if each.scope.everything)
        return render_template(
            "definitions.html",
            here="definitions",
            components=[(rule.name, rule.state) for rule in component.RULES],
            sites=[(rule.name, rule.state) for rule in site.RULES],
            links=list(Link),
            notices=[(rule.name, rule.needed) for rule in scope.RULES],
            faults=FAULTS,
            severities=[(rule.name, int(rule.severity)) for rule in severity.RULES],
            promises={each.severity: each for each in whole.terms},
            causes=[(row, cause.value, sure) for row, (cause, sure) in TABLE.items()],
        )

    return pages
