"""All tables of the hub. Times are UTC ms; ids of journals and events are hex in Python.

Rows of `event` are what offices committed: written once, never edited. `best_time` and
`best_error` are the hub's own annotation (when it really happened, +- ms; error is NULL when only
the office's unsynced clock vouches for it) and may be refined later.
"""

from motcua_hub.store.tables.administered import (
    account,
    api_token,
    asset,
    audit,
    device,
    incident,
    login_failure,
    session,
    setting,
    site,
)
from motcua_hub.store.tables.base import metadata
from motcua_hub.store.tables.commanded import site_command
from motcua_hub.store.tables.live import (
    health_report,
    heartbeat,
    metric_point,
    site_live,
)
from motcua_hub.store.tables.projected import (
    counter,
    device_health,
    health_span,
    projection,
    queue_day,
    rating_day,
    series_high,
    ticket,
)
from motcua_hub.store.tables.replica import (
    backup,
    backup_stream,
    clock_offset,
    conflict,
    event,
    gap,
    poison,
    raw_batch,
    stream,
)

PROJECTED = (ticket, queue_day, rating_day, series_high, device_health, health_span, counter)
"""Tables that `rebuild` empties and fills again from `event`."""

__all__ = [
    "PROJECTED",
    "account",
    "api_token",
    "asset",
    "audit",
    "backup",
    "backup_stream",
    "clock_offset",
    "conflict",
    "counter",
    "device",
    "device_health",
    "event",
    "gap",
    "health_report",
    "health_span",
    "heartbeat",
    "incident",
    "login_failure",
    "metadata",
    "metric_point",
    "poison",
    "projection",
    "queue_day",
    "rating_day",
    "raw_batch",
    "series_high",
    "session",
    "setting",
    "site",
    "site_command",
    "site_live",
    "stream",
    "ticket",
]
