"""An incident's timeline and evidence in words for people, in Vietnamese."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from motcua_contract.faults import find
from motcua_hub.domain.incident.attribution import CONFIDENT
from motcua_hub.domain.incident.state import State
from motcua_hub.domain.incident.vocabulary import Happening
from motcua_hub.domain.routing.onward import REACHED, UNDELIVERED, UNREACHED
from motcua_hub.store.timelines import Row
from motcua_hub.web import localtime
from motcua_hub.web.queries.incidents import Line
from motcua_hub.web.texts import Texts

_PERCENT: Final = 10
Detail = Mapping[str, Any]


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One entry in words; `more` says in a second line what a person wrote."""

    at: int
    actor: str
    words: str
    more: str = ""


class Story:
    """Puts timelines into words."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def told(self, rows: Sequence[Row]) -> list[Told]:
        """Every entry, oldest first; entries that say nothing to people are left out."""
        return [self._told(row) for row in rows]

    def _told(self, row: Row) -> Told:
        maker = _WORDS.get(row.happening)
        words = row.happening if maker is None else maker(self, row.detail)
        more = str(row.detail.get("reason") or "") if row.happening == Happening.REROUTED else ""
        return Told(at=row.at, actor=self._actor(row), words=words, more=more)

    def _actor(self, row: Row) -> str:
        if not row.actor:
            return self._texts.vi("incident.by.hub")
        return self.named("incident.by", row.actor)

    def say(self, key: str, **values: object) -> str:
        """The words of an entry."""
        return self._texts.vi(f"incident.happening.{key}", **values)

    def named(self, family: str, name: str) -> str:
        """The words of a name."""
        return self._texts.named(family, name)

    def moment(self, ms: object) -> str:
        """A moment for reading."""
        return localtime.full(ms) if isinstance(ms, int) else self._texts.vi("incident.none")

    def evidence(self, rows: Sequence[Row]) -> list[str]:
        """What the last cause rests on, piece by piece."""
        causes = (Happening.CAUSE_SET, Happening.CAUSE_CHANGED)
        last = next((row for row in reversed(rows) if row.happening in causes), None)
        pieces = [] if last is None else last.detail.get("evidence") or []
        return [self._exhibit(piece) for piece in pieces if isinstance(piece, dict)]

    def doubts(self, rows: Sequence[Row]) -> list[str]:
        """Why the last cause is less sure than its rule."""
        causes = (Happening.CAUSE_SET, Happening.CAUSE_CHANGED)
        last = next((row for row in reversed(rows) if row.happening in causes), None)
        told = [] if last is None else last.detail.get("doubts") or []
        return [self.named("incident.doubt", str(each)) for each in told]

    def _exhibit(self, piece: Detail) -> str:
        key, name = _exhibit_of(piece)
        values = {
            "tu": self.moment(piece.get("at")),
            "den": self.moment(piece.get("until")),
            "ma": self._code(piece) if key == "fault" else name or str(piece.get("id", "")),
            "n": piece.get("lost", ""),
            "m": piece.get("sites", ""),
        }
        return self._texts.vi(f"incident.exhibit.{key}", **values)

    def _code(self, piece: Detail) -> str:
        fault = find(str(piece.get("id", "")), str(piece.get("code", "")))
        return fault.card.title if fault else str(piece.get("code", ""))


def _exhibit_of(piece: Detail) -> tuple[str, str]:
    """Which words tell of a piece, and the name in them."""
    kind = str(piece.get("kind", ""))
    maker = _EXHIBITS.get(kind)
    return ("other", kind) if maker is None else maker(piece)


def _ups(piece: Detail) -> tuple[str, str]:
    status = str(piece.get("status", ""))
    words = status.split()
    low = "LB" in words or "FSD" in words
    return ("ups.low" if low else "ups.battery" if "OB" in words else "ups.mains"), status


def _reach(piece: Detail) -> tuple[str, str]:
    if piece.get("hub"):
        return "reach.ok", ""
    gateway = piece.get("gateway")
    return ("reach.unknown" if gateway is None else "reach.wan" if gateway else "reach.lan"), ""


_EXHIBITS: Final[Mapping[str, Callable[[Detail], tuple[str, str]]]] = {
    "planned": lambda _: ("planned", ""),
    "ups": _ups,
    "boot": lambda _: ("boot", ""),
    "stop": lambda piece: ("stop", str(piece.get("reason", ""))),
    "app": lambda piece: (f"app.{piece.get('what')}", ""),
    "reach": _reach,
    "loss": lambda piece: ("loss", str(piece.get("target", ""))),
    "symptom": lambda piece: (f"symptom.{piece.get('what')}", ""),
    "mass": lambda _: ("mass", ""),
    "hole": lambda _: ("hole", ""),
    "fault": lambda _: ("fault", ""),
}


def _joined(story: Story, detail: Detail) -> str:
    if "parent" in detail:
        return story.say("joined.parent", n=detail["parent"])
    if "child" in detail:
        return story.say("joined.child", n=detail["child"])
    if "report" in detail:
        told = (story.named("device", str(detail.get("component", ""))), detail.get("note"))
        return story.say("joined.report", ma=": ".join(str(each) for each in told if each))
    return story.say("joined.target", ma=detail.get("target", ""))


def _cause(key: str) -> Callable[[Story, Detail], str]:
    def words(story: Story, detail: Detail) -> str:
        return story.say(key, ma=story.named("incident.cause", str(detail.get("cause", ""))))

    return words


def _severity(story: Story, detail: Detail) -> str:
    if detail.get("was") == detail.get("severity"):
        return story.say("severity_same")
    why = story.named("incident.why", str(detail.get("why", "")))
    return story.say("severity_changed", n=detail.get("was"), m=detail.get("severity"), ma=why)


def _closed(story: Story, detail: Detail) -> str:
    reason = str(detail.get("reason") or "")
    if reason in ("by_itself", "retired", "withdrawn"):
        return story.say(f"closed.{reason}")
    return story.say("closed.why", ma=reason) if reason else story.say("closed")


def _relapsed(story: Story, detail: Detail) -> str:
    key = "relapsed.flapping" if detail.get("flapping") else "relapsed"
    return story.say(key, ma=story.moment(detail.get("onset")))


def _noted(story: Story, detail: Detail) -> str:
    if detail.get("withdrawn"):
        return story.say("withdrawn")
    what = detail.get("what")
    if what in (UNDELIVERED, UNREACHED, REACHED):
        kenh = story.named("channel", str(detail.get("channel", "")))
        return story.say(f"noted.{what}", ma=detail.get("name", ""), kenh=kenh)
    told = detail.get("told")
    if isinstance(told, list):
        names = [str(each.get("name", "")) for each in told if isinstance(each, dict)]
        return story.say("noted", ma=", ".join([story.say("noted.told"), *filter(None, names)]))
    return story.say("noted", ma=detail.get("text", ""))


def _promised(story: Story, detail: Detail) -> str:
    dues = [
        story.say(f"promised.{key}", ma=story.moment(detail[key]))
        for key in ("ack_due", "repair_due")
        if detail.get(key) is not None
    ]
    return story.say("promised", ma=", ".join(dues))


def _force_majeure(story: Story, detail: Detail) -> str:
    key = "force_majeure.on" if detail.get("on") else "force_majeure.off"
    return story.say(key, ma=detail.get("reason", ""))


def _carrier(story: Story, detail: Detail) -> str:
    told = (str(detail.get(key) or "") for key in ("carrier", "number"))
    return story.say("carrier_case", ma=" ".join(filter(None, told)))


def _plain(key: str, name: str) -> Callable[[Story, Detail], str]:
    return lambda story, detail: story.say(key, ma=detail.get(name) or "")


_WORDS: Final[Mapping[str, Callable[[Story, Detail], str]]] = {
    Happening.OPENED: lambda story, _: story.say("opened"),
    Happening.SEEN_AGAIN: lambda story, _: story.say("seen_again"),
    Happening.JOINED: _joined,
    Happening.LEFT: lambda story, detail: story.say("left", n=detail.get("parent", "")),
    Happening.CAUSE_SET: _cause("cause_set"),
    Happening.CAUSE_CHANGED: _cause("cause_changed"),
    Happening.SEVERITY_CHANGED: _severity,
    Happening.PROMISED: _promised,
    Happening.ROUTED: _plain("routed", "name"),
    Happening.REROUTED: _plain("rerouted", "name"),
    Happening.ACKNOWLEDGED: lambda story, _: story.say("acknowledged"),
    Happening.OWNER_SET: _plain("owner_set", "name"),
    Happening.WATCHER_ADDED: _plain("watcher_added", "name"),
    Happening.STARTED: lambda story, _: story.say("started"),
    Happening.WAITING: _plain("waiting", "reason"),
    Happening.NOTED: _noted,
    Happening.CARRIER_CASE: _carrier,
    Happening.WORKAROUND: _plain("workaround", "text"),
    Happening.FORCE_MAJEURE: _force_majeure,
    Happening.RESTORED: lambda story, d: story.say("restored", ma=story.moment(d.get("ended"))),
    Happening.RELAPSED: _relapsed,
    Happening.FIXED: _plain("fixed", "text"),
    Happening.CLOSED: _closed,
    Happening.REOPENED: _plain("reopened", "reason"),
    Happening.DEADLINE_MISSED: lambda story, d: story.say(f"deadline_missed.{d.get('which')}"),
    Happening.NOTICE_LINKED: lambda story, _: story.say("notice_linked"),
}


def confidence(texts: Texts) -> Callable[[int, str], str]:
    """How sure a cause is, in words: a guess is never told as a fact."""

    def words(thousandths: int, cause: str) -> str:
        if not cause or not thousandths:
            return texts.vi("incident.confidence.none")
        share = f"{thousandths / _PERCENT:.1f}".rstrip("0").rstrip(".").replace(".", ",")
        key = "sure" if thousandths >= CONFIDENT else "likely"
        return texts.vi(f"incident.confidence.{key}", n=share)

    return words


def what(texts: Texts) -> Callable[[Line], str]:
    """What an incident is about, in a few words."""

    def words(line: Line) -> str:
        fault = find(line.subject, line.detail) if line.kind in ("fault", "power_event") else None
        if fault is not None:
            return fault.card.title
        name = line.target_name or line.subject
        if line.kind in ("fault", "reported", "power_event"):
            name = texts.named("device", line.subject)
        kind = texts.named("incident.kind", line.kind)
        return f"{kind}: {name}" if name else kind

    return words


def offered(state: State) -> list[str]:
    """The acts that make sense now, the next one first."""
    if state.closed_at is not None:
        return ["reopen", "note"]
    found = [] if state.acknowledged_at is not None else ["acknowledge"]
    if state.restored_at is None and state.hands.value != "in_progress":
        found.append("start")
    if state.fixed_at is None:
        found.append("fix")
    found += ["close", "note", "workaround", "carrier_case", "own", "watch", "reroute"]
    if state.acknowledged_at is not None and state.restored_at is None:
        found.append("wait")
    return [*found, "force_majeure"]
