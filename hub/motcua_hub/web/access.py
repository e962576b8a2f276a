"""Which route asks for what. A route that is not in this table does not answer."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Access(StrEnum):
    """What a visitor must show."""

    PUBLIC = "public"
    """Nothing: probes, static files."""
    LOGIN = "login"
    """Nothing yet: the pages that make a session. Forms still carry their proof."""
    SESSION = "session"
    """A person's session; others are sent to the login page."""
    LIVE = "live"
    """A person's session; others get 401, because a script asks, not a person."""
    ADMIN = "admin"
    """A session of an administrator; other people get 403."""
    API = "api"
    """A person's session or a bearer token; others get 401."""
    WRITE = "write"
    """A bearer token that may write. A session is not enough: no form proves that it was meant."""

    SECRET = "secret"  # noqa: S105 - the name of a kind of access
    """Nothing more: the address itself is the secret, and the page looks it up."""


ACCESS: Final[Mapping[str, Access]] = MappingProxyType(
    {
        "static": Access.PUBLIC,
        "probes.healthz": Access.PUBLIC,
        "probes.readyz": Access.PUBLIC,
        "auth.login_form": Access.LOGIN,
        "auth.login": Access.LOGIN,
        "auth.setup_form": Access.LOGIN,
        "auth.setup": Access.LOGIN,
        "auth.logout": Access.SESSION,
        "overview.page": Access.SESSION,
        "overview.live": Access.LIVE,
        "overview.morning": Access.SESSION,
        "devices.all": Access.SESSION,
        "devices.all_live": Access.LIVE,
        "devices.page": Access.SESSION,
        "devices.live": Access.LIVE,
        "definitions.page": Access.SESSION,
        "registry.page": Access.SESSION,
        "registry.site": Access.SESSION,
        "registry.export": Access.SESSION,
        "registry.edit": Access.SESSION,
        "registry.add": Access.ADMIN,
        "registry.change": Access.ADMIN,
        "registry.retire": Access.ADMIN,
        "registry.take_in": Access.ADMIN,
        "sites.page": Access.SESSION,
        "sites.live": Access.LIVE,
        "sites.timeline": Access.SESSION,
        "commands.page": Access.SESSION,
        "commands.live": Access.LIVE,
        "commands.give": Access.SESSION,
        "commands.data": Access.SESSION,
        "incidents.page": Access.SESSION,
        "incidents.one": Access.SESSION,
        "incidents.sheet": Access.SESSION,
        "incidents.act": Access.SESSION,
        "push.heard": Access.SECRET,
        "notices.page": Access.SESSION,
        "notices.one": Access.SESSION,
        "notices.paper": Access.SESSION,
        "notices.people": Access.SESSION,
        "notices.edit": Access.ADMIN,
        "notices.approve": Access.ADMIN,
        "notices.send": Access.ADMIN,
        "notices.excuse": Access.ADMIN,
        "notices.hold": Access.ADMIN,
        "notices.by_hand": Access.ADMIN,
        "notices.name_somebody": Access.ADMIN,
        "notices.end": Access.ADMIN,
        "maintenance.page": Access.SESSION,
        "maintenance.device": Access.SESSION,
        "maintenance.check": Access.SESSION,
        "maintenance.record": Access.SESSION,
        "maintenance.record_page": Access.SESSION,
        "maintenance.paper": Access.SESSION,
        "maintenance.sign": Access.SESSION,
        "maintenance.discard": Access.SESSION,
        "maintenance.life": Access.ADMIN,
        "maintenance.models": Access.SESSION,
        "maintenance.interval": Access.ADMIN,
        "plan.page": Access.SESSION,
        "plan.csv": Access.SESSION,
        "plan.xlsx": Access.SESSION,
        "plan.submit": Access.ADMIN,
        "plan.give_back": Access.ADMIN,
        "plan.approve": Access.ADMIN,
        "receipts.page": Access.SECRET,
        "receipts.paper": Access.SECRET,
        "receipts.confirm": Access.SECRET,
        "windows.page": Access.SESSION,
        "windows.ask": Access.ADMIN,
        "windows.ask_exclusion": Access.ADMIN,
        "windows.decide": Access.ADMIN,
        "calendar.page": Access.SESSION,
        "calendar.year": Access.SESSION,
        "calendar.add_off": Access.ADMIN,
        "calendar.add_work": Access.ADMIN,
        "calendar.remove": Access.ADMIN,
        "calendar.notice": Access.ADMIN,
        "calendar.shifts": Access.ADMIN,
        "reports.page": Access.SESSION,
        "reports.one": Access.SESSION,
        "reports.version": Access.SESSION,
        "reports.file": Access.SESSION,
        "reports.check": Access.SESSION,
        "reports.compare": Access.SESSION,
        "reports.settings": Access.SESSION,
        "reports.ask": Access.ADMIN,
        "reports.revise": Access.ADMIN,
        "reports.set_plan": Access.ADMIN,
        "reports.set_template": Access.ADMIN,
        "targets.page": Access.SESSION,
        "targets.new": Access.SESSION,
        "targets.one": Access.SESSION,
        "targets.edit": Access.SESSION,
        "targets.add": Access.ADMIN,
        "targets.change": Access.ADMIN,
        "targets.retire": Access.ADMIN,
        "targets.probe_add": Access.ADMIN,
        "targets.probe_retire": Access.ADMIN,
        "targets.correct": Access.ADMIN,
        "targets.decide": Access.ADMIN,
        "directory.page": Access.SESSION,
        "directory.one": Access.SESSION,
        "directory.who": Access.SESSION,
        "directory.export": Access.SESSION,
        "directory.take_in": Access.ADMIN,
        "directory.add_unit": Access.ADMIN,
        "directory.merge": Access.ADMIN,
        "directory.end_unit": Access.ADMIN,
        "directory.add_contact": Access.ADMIN,
        "directory.change_contact": Access.ADMIN,
        "directory.end_contact": Access.ADMIN,
        "directory.add_route": Access.ADMIN,
        "directory.end_route": Access.ADMIN,
        "directory.fallback": Access.ADMIN,
        "directory.duty": Access.ADMIN,
        "outbox.page": Access.SESSION,
        "outbox.one": Access.SESSION,
        "outbox.retry": Access.ADMIN,
        "outbox.aside": Access.ADMIN,
        "status.page": Access.PUBLIC,
        "status.feed": Access.PUBLIC,
        "status.settings": Access.SESSION,
        "status.publish": Access.ADMIN,
        "status.hide": Access.ADMIN,
        "about.page": Access.SESSION,
        "api.openapi": Access.PUBLIC,
        "api.sites": Access.API,
        "api.site": Access.API,
        "api.incidents": Access.API,
        "api.incident": Access.API,
        "api.incident_act": Access.WRITE,
        "api.targets": Access.API,
        "api.target": Access.API,
        "api.target_put": Access.WRITE,
        "api.target_retire": Access.WRITE,
        "api.figures": Access.API,
        "api.segments": Access.API,
        "api.evidence": Access.API,
        "api.probes": Access.API,
        "api.probe_add": Access.WRITE,
        "api.windows": Access.API,
        "api.window_ask": Access.WRITE,
        "api.window_decide": Access.WRITE,
        "api.exclusions": Access.API,
        "api.exclusion_ask": Access.WRITE,
        "api.exclusion_decide": Access.WRITE,
        "api.calendar": Access.API,
        "api.calendar_add": Access.WRITE,
        "api.calendar_remove": Access.WRITE,
        "api.shifts": Access.API,
        "api.directory": Access.API,
        "api.unit_add": Access.WRITE,
        "api.contact_add": Access.WRITE,
        "api.route_add": Access.WRITE,
        "api.messages": Access.API,
        "api.notices": Access.API,
        "api.notice": Access.API,
        "api.notice_act": Access.WRITE,
        "api.upkeep": Access.API,
        "api.plan": Access.API,
        "api.reports": Access.API,
        "api.report": Access.API,
        "api.report_ask": Access.WRITE,
    }
)
"""Endpoint -> what it asks for. `/metrics` is answered before Flask: see `metrics.py`."""

LARGE: Final[Mapping[str, int]] = MappingProxyType(
    {"registry.take_in": 1_000_000, "directory.take_in": 1_000_000}
)
"""Endpoints that take more bytes than others: a file."""
