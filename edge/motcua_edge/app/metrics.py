"""Figures of the agent's own parts: journal, uplink, slips, announcements, buttons."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

NAMES: Final = {
    "motcua_edge_facts_total": "Facts by type; undone steps against calls tell who needs training.",
    "motcua_edge_slips_total": "Paper slips by what became of them.",
    "motcua_edge_announcements_total": "Announcements of calls by what became of them.",
    "motcua_edge_button_events_total": "Presses and other events of wired buttons.",
    "motcua_edge_pads_total": "Presses of pads by what became of them, and frames that were not.",
    "motcua_edge_camera_events_total": "Looks; running and usable ones (the SLIs); pictures.",
    "motcua_edge_camera": "Newest numbers of cameras, such as camera-hall.likeness.",
    "motcua_edge_journal_events": "Entries of this process's journal incarnation.",
    "motcua_edge_journal_free_bytes": "Room on the journal's file system.",
    "motcua_edge_uplink": "The uplink's figures by name, such as outbox_events or acked_events.",
    "motcua_edge_ups": "The UPS by figure; what it does not tell is absent. mode_… is 1 for one.",
    "motcua_edge_vigil": "Ticks and late ones; notes written and lost; probes; configuration.",
    "motcua_edge_device": "Newest numbers of devices, such as link.hub_rtt_ms.",
    "motcua_edge_inside": "Tasks, readers of commits, unread commits and answers kept for repeats.",
}
Counts = Callable[[], Mapping[str, int | float]]


class AgentCollector(Collector):
    """Asks the parts when scraped; nothing is kept in step."""

    def __init__(
        self,
        *,
        facts: Counts,
        slips: Counts,
        announcements: Counts,
        buttons: Counts,
        pads: Counts,
        journal: Counts,
        uplink: Counts,
        devices: Counts,
        inside: Counts,
        cameras: Counts,
        views: Counts,
        ups: Counts,
        vigil: Counts,
    ) -> None:
        self._totals = {
            "motcua_edge_facts_total": ("type", facts),
            "motcua_edge_slips_total": ("outcome", slips),
            "motcua_edge_announcements_total": ("outcome", announcements),
            "motcua_edge_button_events_total": ("event", buttons),
            "motcua_edge_camera_events_total": ("event", cameras),
            "motcua_edge_pads_total": ("event", pads),
        }
        self._journal = journal
        self._by_figure = {
            "motcua_edge_uplink": uplink,
            "motcua_edge_device": devices,
            "motcua_edge_camera": views,
            "motcua_edge_inside": inside,
            "motcua_edge_ups": ups,
            "motcua_edge_vigil": vigil,
        }

    def describe(self) -> Iterator[Metric]:
        """Nothing in advance: registering must not ask the parts."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """All families of `NAMES`."""
        for name, (label, counts) in self._totals.items():
            total = CounterMetricFamily(name, NAMES[name], labels=[label])
            for value, count in sorted(counts().items()):
                total.add_metric([value], count)
            yield total
        for figure, amount in sorted(self._journal().items()):
            name = f"motcua_edge_journal_{figure}"
            yield GaugeMetricFamily(name, NAMES[name], value=amount)
        for name, figures in self._by_figure.items():
            family = GaugeMetricFamily(name, NAMES[name], labels=["figure"])
            for figure, amount in sorted(figures().items()):
                family.add_metric([figure.removeprefix("uplink_")], amount)
            yield family
