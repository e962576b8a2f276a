"""dashboards/prometheus/rules/faults.yml: one alert for every fault of the contract's list."""

from typing import Any, Final

import yaml

from motcua_contract.faults import FAULTS, Fault
from motcua_contract.vocabulary import HealthState

_HEAD: Final = (
    "# Generated from motcua_contract/faults by `make docs`."
    " One alert for each fault of a device.\n"
)
_OF_THE_HUB: Final = {("link", "suspect"), ("link", "offline"), ("link", "down")}
"""Told by the hub itself in alerts.yml, or impossible to tell while the link is down."""
_PROBED: Final = {"server", "service"}
_SEVERITY: Final = {HealthState.CRITICAL: "2", HealthState.PROBLEM: "3", HealthState.UNKNOWN: "4"}


def render() -> str:
    """The whole file."""
    rules = [_rule(fault) for fault in FAULTS if _told_by_sites(fault)]
    groups = {"groups": [{"name": "motcua-faults", "rules": rules}]}
    body = yaml.safe_dump(groups, allow_unicode=True, sort_keys=False, width=1000)
    return _HEAD + body


def _told_by_sites(fault: Fault) -> bool:
    return (fault.device, fault.code) not in _OF_THE_HUB and fault.device not in _PROBED


def _rule(fault: Fault) -> dict[str, Any]:
    where = f'device="{fault.device}",code="{fault.code}"'
    return {
        "alert": f"MotcuaFault{fault.device.capitalize()}{_camel(fault.code)}",
        "expr": f"motcua_site_faults{{{where}}} > 0",
        "for": "1m",
        "labels": {
            "severity": _SEVERITY[fault.state],
            "responsible": fault.responsible.value,
            "device": fault.device,
        },
        "annotations": {
            "summary": f"{fault.card.title} tại điểm {{{{ $labels.site }}}}",
            "meaning": fault.card.meaning,
            "todo": " ".join(f"{n}. {step}" for n, step in enumerate(fault.card.steps, 1)),
            "who": fault.card.who,
        },
    }


def _camel(code: str) -> str:
    return "".join(word.capitalize() for word in code.split("_"))
