"""docs/metrics.md: every name that /metrics of edge and hub can show, asked of the code itself."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import Metric
from sqlalchemy import create_engine

from motcua_edge.app.metrics import NAMES as AGENT_NAMES
from motcua_edge.web.metrics import NAMES as WEB_NAMES
from motcua_hub.desk.part import DeskMetrics
from motcua_hub.metrics import IngestMetrics
from motcua_hub.probing.metrics import ProbeMetrics
from motcua_hub.reporting.part import ReportingMetrics
from motcua_hub.sending.metrics import SendingMetrics
from motcua_hub.store import schema
from motcua_hub.upkeep.part import UpkeepMetrics
from motcua_hub.web.metrics import SitesGauges

_HEAD = """# Metrics

<!-- Generated from the code by `make docs`. -->

`GET /metrics` in Prometheus' text format. Histograms also show `_bucket`, `_count` and `_sum`. What
nobody knows is absent, never 0: alert on `absent(…)` where silence matters. Citizens, tickets and
officers are never labels; at the hub the number of series is bounded by the number of sites.
"""


def _exposed(metric: Metric) -> str:
    return f"{metric.name}_total" if metric.type == "counter" else metric.name


def hub_metrics() -> dict[str, tuple[str, str]]:
    """Name → (kind, meaning) of everything a hub exposes, read from an empty one."""
    registry = CollectorRegistry()
    IngestMetrics(registry)
    ProbeMetrics(registry)
    DeskMetrics(registry)
    SendingMetrics(registry)
    UpkeepMetrics(registry)
    ReportingMetrics(registry)
    engine = create_engine("sqlite://")
    schema.metadata.create_all(engine)
    found = {_exposed(m): (m.type, m.documentation) for m in registry.collect()}
    found |= {gauge.name: ("gauge", gauge.text) for gauge in SitesGauges(engine, lambda: 0).read()}
    engine.dispose()
    return found


def edge_metrics() -> dict[str, tuple[str, str]]:
    """Name → (kind, meaning) of everything an edge exposes."""
    return {name: (_kind(name), text) for name, text in (WEB_NAMES | AGENT_NAMES).items()}


def _kind(name: str) -> str:
    if name.endswith("_total"):
        return "counter"
    return "histogram" if name.endswith("_seconds") else "gauge"


def _rows(found: dict[str, tuple[str, str]]) -> Iterable[str]:
    yield "| name | kind | meaning |"
    yield "|---|---|---|"
    for name, (kind, text) in sorted(found.items()):
        yield f"| `{name}` | {kind} | {text} |"


def render() -> str:
    """The whole file."""
    edge, hub = (_rows(found) for found in (edge_metrics(), hub_metrics()))
    return "\n".join([_HEAD, "## Edge\n", *edge, "\n## Hub\n", *hub, ""])
