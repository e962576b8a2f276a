"""Watching programs from outside while they work, and whether anything of theirs grows."""

import json
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from statistics import median

import msgspec
import psutil

MIB = 1024 * 1024
_BINS = 60


class Sample(msgspec.Struct, frozen=True):
    """Figures at one moment; `at` in seconds since the first sample."""

    at: float
    figures: dict[str, float]


def process_figures(name: str, pid: int) -> dict[str, float]:
    """Memory, file descriptors, threads and processor seconds of one process."""
    process = psutil.Process(pid)
    with process.oneshot():
        spent = process.cpu_times()
        return {
            f"{name}.rss": float(process.memory_info().rss),
            f"{name}.fds": float(process.num_fds()),
            f"{name}.threads": float(process.num_threads()),
            f"{name}.cpu_s": spent.user + spent.system,
        }


def file_size(path: Path) -> float:
    """Bytes; 0 for a file that is not there."""
    return float(path.stat().st_size) if path.exists() else 0.0


def exposition(url: str) -> dict[str, float]:
    """Every sample of a `/metrics` page by its name and labels as written there."""
    with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  loopback only
        lines = answer.read().decode().splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if line and not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


class Sampler:
    """Calls `look` every `every_s` seconds on a thread, from `with` to its end."""

    def __init__(self, look: Callable[[], Mapping[str, float]], every_s: float) -> None:
        self.samples: list[Sample] = []
        self.failures: list[str] = []
        self._look = look
        self._every_s = every_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sampler", daemon=True)

    def __enter__(self) -> "Sampler":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(30)

    def _run(self) -> None:
        begun = time.monotonic()
        while not self._stop.wait(self._every_s):
            try:
                figures = dict(self._look())
            except (OSError, psutil.Error) as error:
                self.failures.append(repr(error))
                continue
            self.samples.append(Sample(time.monotonic() - begun, figures))

    def save(self, path: Path) -> None:
        """Keep the samples for a person."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps([[s.at, s.figures] for s in self.samples]))


class Trend(msgspec.Struct, frozen=True):
    """How one figure went after the warm-up: `drift` is the slope times the time watched."""

    middle: float
    highest: float
    drift: float
    per_hour: float


def trend(samples: Sequence[Sample], name: str, *, warm_up: float = 0.4) -> Trend:
    """Theil–Sen: the median slope of all pairs, which a third of wild samples cannot move.

    The first `warm_up` of the time is left out: caches and the allocator fill there.
    """
    points = [(s.at, s.figures[name]) for s in samples if name in s.figures]
    begun = points[-1][0] * warm_up
    kept = _binned([point for point in points if point[0] >= begun])
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in combinations(kept, 2) if b[0] > a[0]]
    slope = median(slopes)
    values = [value for _, value in kept]
    return Trend(
        middle=median(values),
        highest=max(value for _, value in points),
        drift=slope * (kept[-1][0] - kept[0][0]),
        per_hour=slope * 3600,
    )


def _binned(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """At most `_BINS` medians in order of time: pairs grow with the square."""
    size = max(1, -(-len(points) // _BINS))
    groups = [points[i : i + size] for i in range(0, len(points), size)]
    return [(median(at for at, _ in g), median(value for _, value in g)) for g in groups]
