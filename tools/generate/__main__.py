"""`make docs` writes the generated documents; `--check` only says which are old."""

import sys
from collections.abc import Callable
from pathlib import Path

from generate import asyncapi, availability, fault_rules, metrics, openapi, settings
from generate.grafana import boards

ROOT = Path(__file__).parents[2]
DOCUMENTS: dict[str, Callable[[], str]] = {
    "docs/asyncapi.yaml": asyncapi.render,
    "docs/availability.md": availability.render,
    "docs/openapi.yaml": openapi.render,
    "docs/configuration.md": settings.render,
    "docs/metrics.md": metrics.render,
    "dashboards/prometheus/rules/faults.yml": fault_rules.render,
    "dashboards/grafana/province.json": boards.province,
    "dashboards/grafana/site.json": boards.site,
    "dashboards/grafana/hub.json": boards.hub,
    "dashboards/grafana/office.json": boards.office,
}


def stale() -> list[str]:
    """The documents that differ from what the code says now."""
    return [
        name
        for name, render in DOCUMENTS.items()
        if not (ROOT / name).exists() or (ROOT / name).read_text(encoding="utf-8") != render()
    ]


def main() -> int:
    """Write, or check; 1 when something is old."""
    old = stale()
    if "--check" in sys.argv[1:]:
        for name in old:
            print(f"{name} is older than the code; run: make docs", file=sys.stderr)
        return 1 if old else 0
    for name in old:
        (ROOT / name).write_text(DOCUMENTS[name](), encoding="utf-8")
        print(f"{name} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
