"""Puts the hub's pages together."""

from argon2 import PasswordHasher
from flask import Flask
from prometheus_client import CollectorRegistry
from sqlalchemy import Engine
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from motcua_hub.config import HubConfig
from motcua_hub.reporting.apart import Checker
from motcua_hub.web import headers, problems, render, visitor
from motcua_hub.web.api import serve as api
from motcua_hub.web.api.resources.table import OPERATIONS
from motcua_hub.web.hub import Clock, Hub
from motcua_hub.web.metrics import SitesGauges, exposition
from motcua_hub.web.pages import (
    about,
    auth,
    calendar,
    commands,
    deadlines,
    definitions,
    devices,
    directory,
    holds,
    incidents,
    maintenance,
    notices,
    outbox,
    overview,
    plan,
    policy,
    probes,
    push,
    receipts,
    registry,
    report_trace,
    reports,
    sites,
    status,
    targets,
    vantages,
    windows,
)
from motcua_hub.web.security.passwords import Passwords
from motcua_hub.web.texts import Texts, load_texts

MAX_BODY_BYTES = 64 * 1024
_RESOURCES = (
    probes,
    push,
    auth,
    overview,
    sites,
    targets,
    devices,
    commands,
    registry,
    deadlines,
    incidents,
    notices,
    receipts,
    directory,
    outbox,
    maintenance,
    plan,
    policy,
    windows,
    calendar,
    reports,
    report_trace,
    status,
    definitions,
    holds,
    about,
    vantages,
)


def create_app(
    *,
    engine: Engine,
    config: HubConfig,
    registry: CollectorRegistry,
    clock: Clock,
    hasher: PasswordHasher | None = None,
) -> Flask:
    """The whole web part of the hub as a WSGI application.

    Args:
        engine: The hub's database; it need not be migrated yet (`/readyz` says so).
        config: The hub's configuration; `web` and `state_dir` are used.
        registry: Where `/metrics` reads; the gauges of the sites come after it.
        clock: Returns UTC milliseconds.
        hasher: Argon2 parameters; the library's own unless a test wants cheaper ones.
    """
    texts = Texts(load_texts())
    hub = Hub(
        engine=engine,
        config=config,
        clock=clock,
        texts=texts,
        passwords=Passwords(hasher or PasswordHasher()),
        checker=Checker(engine, config.state_dir),
    )
    app = Flask("motcua_hub.web")
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    headers.set_up(app)
    problems.set_up(app, texts)
    render.set_up(app, texts)
    visitor.set_up(app, hub)
    for resource in _RESOURCES:
        app.register_blueprint(resource.blueprint(hub))
    app.register_blueprint(api.blueprint(hub, OPERATIONS))
    sites_gauges = SitesGauges(engine, clock)
    mounts = {"/metrics": exposition(registry, sites_gauges, config.web.metrics_open_to)}
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, mounts)  # type: ignore[method-assign]
    return app
