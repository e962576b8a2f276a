"""What a bench found: our figure beside its baseline's of the same run, printed and kept.

Every line of `tests/artifacts/ratios.jsonl` is one ratio of one run; absolute figures drift from
machine to machine, so nothing here is ever asserted.
"""

import json
import statistics
import sys
import time
from pathlib import Path

RATIOS = Path(__file__).parents[1] / "artifacts" / "ratios.jsonl"


def at(values: list[float], share: float) -> float:
    """The value below which a `share` of all values lies."""
    return statistics.quantiles(values, n=100)[round(share * 100) - 1]


def record(
    measure: str, what: str, *, ours: float, bare: float, unit: str, reach: str, note: str = ""
) -> float:
    """Print and keep one ratio; `measure` is its id (`P1`), `reach` what it should be."""
    ratio = ours / bare if bare else float("inf")
    line = f"{measure} {what}: {ours:.2f} {unit}, bare {bare:.2f} {unit}, ratio {ratio:.2f}"
    sys.stdout.write(f"\n{line} (reach {reach}){' ' + note if note else ''}\n")
    _keep(measure, what, ours=ours, bare=bare, ratio=ratio, unit=unit, reach=reach, note=note)
    return ratio


def record_alone(
    measure: str, what: str, *, ours: float, unit: str, reach: str, note: str = ""
) -> None:
    """Print and keep a figure that has a limit of its own instead of a baseline."""
    sys.stdout.write(f"\n{measure} {what}: {ours:.2f} {unit} (reach {reach}) {note}\n")
    _keep(measure, what, ours=ours, unit=unit, reach=reach, note=note)


def _keep(measure: str, what: str, **figures: float | str) -> None:
    RATIOS.parent.mkdir(parents=True, exist_ok=True)
    row = {"at": round(time.time()), "measure": measure, "what": what, **figures}
    with RATIOS.open("a", encoding="utf-8") as sink:
        sink.write(json.dumps(row, ensure_ascii=False) + "\n")
