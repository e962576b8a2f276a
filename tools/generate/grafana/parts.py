"""Panels as our dashboards use them: one query language, one data source, units and words."""

import json
from typing import Any, Final

from grafana_foundation_sdk.builders import dashboard, prometheus, stat, table, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import (
    DataSourceRef,
    ThresholdsMode,
    VariableRefresh,
)
from grafana_foundation_sdk.models.dashboard import Threshold as Step

SOURCE: Final = DataSourceRef(type_val="prometheus", uid="$datasource")
WIDE: Final = 24
HALF: Final = 12
SIXTH: Final = 4
_GREEN, _AMBER, _RED = "#1a7f37", "#9a6700", "#cf222e"


def query(expr: str, legend: str = "", *, instant: bool = False) -> prometheus.Dataquery:
    """One query; `legend` names its series."""
    made = prometheus.Dataquery().expr(expr).legend_format(legend or "__auto").datasource(SOURCE)
    return made.instant() if instant else made


def number(
    title: str, expr: str, unit: str = "short", *, bad_from: float | None = None
) -> stat.Panel:
    """One large number; red from `bad_from` on."""
    panel = stat.Panel().title(title).unit(unit).datasource(SOURCE).height(4).span(SIXTH)
    steps = [Step(value=None, color=_GREEN)]
    if bad_from is not None:
        steps.append(Step(value=bad_from, color=_RED))
    shades = dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps)
    return panel.thresholds(shades).with_target(query(expr, instant=True))


def lines(title: str, *queries: tuple[str, str], unit: str = "short") -> timeseries.Panel:
    """Curves over time: pairs of expression and legend."""
    panel = timeseries.Panel().title(title).unit(unit).datasource(SOURCE).height(8).span(HALF)
    panel = panel.min(0).fill_opacity(10).span_nulls(False)
    for expr, legend in queries:
        panel = panel.with_target(query(expr, legend))
    return panel


def rows(title: str, expr: str) -> table.Panel:
    """A table of instant values with their labels."""
    panel = table.Panel().title(title).datasource(SOURCE).height(10).span(WIDE)
    return panel.with_target(query(expr, instant=True).format("table"))


def board(uid: str, title: str) -> dashboard.Dashboard:
    """An empty dashboard that reads one Prometheus, chosen by the viewer."""
    source = dashboard.DatasourceVariable("datasource").label("Nguồn").type("prometheus")
    made = dashboard.Dashboard(title).uid(uid).tags(["motcua"]).editable().refresh("15s")
    made = made.time("now-6h", "now").timezone("Asia/Ho_Chi_Minh")
    return made.with_variable(source)


def sites_variable() -> dashboard.QueryVariable:
    """Which site, from the sites that the hub knows."""
    made = dashboard.QueryVariable("site").label("Điểm tiếp nhận").datasource(SOURCE)
    made = made.query("label_values(motcua_site_verdict, site)")
    return made.refresh(VariableRefresh.ON_TIME_RANGE_CHANGED).include_all(False).multi(False)


def text(made: dashboard.Dashboard) -> str:
    """The dashboard's JSON as Grafana imports it."""
    whole = json.loads(JSONEncoder(sort_keys=True).encode(made.build()))
    whole.pop("style", None)  # of older Grafanas
    return json.dumps(_tidy(whole), sort_keys=True, indent=2, ensure_ascii=False) + "\n"


def _tidy(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Without what says nothing: nulls, but for the first threshold's, which is the lowest.

    What belongs to intervals only (`auto`…), and an id, is written into every variable by the
    builder; Grafana's schema has neither there.
    """
    if isinstance(value, list):
        return [_tidy(one) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {k: _tidy(v) for k, v in value.items() if v is not None or _is_threshold(value)}
    if kept.get("type") in ("datasource", "query"):
        kept = {k: v for k, v in kept.items() if k != "id" and not k.startswith("auto")}
    return kept


def _is_threshold(value: dict[str, Any]) -> bool:
    return set(value) == {"value", "color"}
