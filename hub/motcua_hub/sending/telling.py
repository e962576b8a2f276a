"""One incident, in one transaction: what the timeline says, what was told, what is to be told."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, select

from motcua_hub.domain.incident import state as incidents
from motcua_hub.domain.incident.vocabulary import Happening
from motcua_hub.domain.routing import words
from motcua_hub.domain.routing.asked import Facts, Said, World
from motcua_hub.domain.routing.book import Book, Entry, Kind, Message, Phase
from motcua_hub.domain.routing.chain import Policy
from motcua_hub.domain.routing.directory import Directory
from motcua_hub.domain.routing.story import ACTOR, Row, Story, read
from motcua_hub.domain.routing.telling import tell
from motcua_hub.ledger.layers import hours_of
from motcua_hub.sending.matters import matter, responsible
from motcua_hub.store import escalations, outbox, schema, timelines
from motcua_hub.store.outbox import Channel

_T: Final = schema.incident
_HUB: Final = "hub"
_COMES_BACK_MS: Final = 120_000
"""What stood behind an outage may need so long to be seen up again; until then it needs nobody."""
_WAYS: Final = {
    Channel.EMAIL: "e-mail",
    Channel.SMS: "SMS",
    Channel.TELEGRAM: "Telegram",
    Channel.WEBHOOK: "webhook",
    Channel.ZALO: "Zalo",
}
_NOBODY: Final = (
    "Danh bạ trách nhiệm không có đơn vị nào nhận được tin về sự cố này; hãy bổ sung tuyến xử lý."
)
_ABOVE: Final = (
    "Danh bạ trách nhiệm không có tuyến bậc 2 cho sự cố này: chỉ tổ tại điểm, cấp trên hoặc nơi"
    " nhận dự phòng được báo; hãy bổ sung tuyến xử lý."
)


class Teller:
    """Tells of incidents one by one.

    Args:
        connection: Of the transaction; each incident has its own.
        directory: As it is now.
        policy: How patient.
        url: The hub's own address, for links; may be empty.
        now: UTC ms.
    """

    def __init__(
        self, connection: Connection, directory: Directory, policy: Policy, url: str, now: int
    ) -> None:
        self._connection = connection
        self._directory = directory
        self._policy = policy
        self._url = url
        self._now = now

    def look(self, incident: int) -> bool:
        """Tell whoever is to be told; False when it must be looked at again soon."""
        row = self._row(incident)
        if row is None:
            return True
        rows = timelines.entries_of(self._connection, incident)
        story = read(msgspec.convert(msgspec.structs.asdict(one), type=Row) for one in rows)
        before = escalations.load(self._connection, incident)
        said = tell(self._facts(row), story, before, self._world(row))
        whole = escalations.save(self._connection, incident, before, said.book, self._now)
        entries = [*said.entries, *self._lacking(before, said)]
        if entries:
            written = [self._written(entry) for entry in entries]
            timelines.append(self._connection, incident, written)
        new = [message for message in said.book.messages if message.new]
        if new:
            self._enqueue(incident, new, said.book, story)
        return whole

    def _row(self, incident: int) -> Mapping[Any, Any] | None:
        """The incident's row, locked: the desk waits until we are done, and we until it is."""
        query = select(_T).where(_T.c.id == incident).with_for_update()
        return self._connection.execute(query).mappings().one_or_none()

    def _world(self, row: Mapping[Any, Any]) -> World:
        site = None if row["site"] in ("", _HUB) else row["site"]
        return World(
            directory=self._directory,
            policy=self._policy,
            hours=hours_of(self._connection, site),
            now=self._now,
        )

    def _facts(self, row: Mapping[Any, Any]) -> Facts:
        return Facts(
            incident=row["id"],
            site=row["site"],
            kind=row["target_kind"],
            cause=row["cause"],
            responsible=responsible(row),
            severity=row["severity"],
            swallowed=self._swallowed(row["parent"]),
        )

    def _swallowed(self, parent: int | None) -> bool:
        if parent is None:
            return False
        query = select(_T.c.restored_at, _T.c.closed_at).where(_T.c.id == parent)
        above = self._connection.execute(query).one_or_none()
        if above is None or above.closed_at is not None:
            return False
        return above.restored_at is None or self._now - above.restored_at < _COMES_BACK_MS

    def _lacking(self, before: Book, said: Said) -> Iterable[Entry]:
        """Said once on the incident itself, and only where a directory has been begun."""
        was = before.place.phase if before.place else None
        now = said.book.place.phase if said.book.place else None
        if not self._directory.units or said.found is None:
            return
        if now is Phase.UNROUTED and was is not Phase.UNROUTED:
            yield Entry(happening=Happening.NOTED, detail={"what": "no_route", "text": _NOBODY})
        begun = any(entry.happening is Happening.ROUTED for entry in said.entries)
        if begun and said.found.lacks_repairer:
            yield Entry(happening=Happening.NOTED, detail={"what": "no_route", "text": _ABOVE})

    def _written(self, entry: Entry) -> incidents.Entry:
        detail = dict(entry.detail)
        if "told" in detail:
            detail["text"] = self._told(detail)
        return incidents.Entry(happening=entry.happening, at=self._now, actor=ACTOR, detail=detail)

    def _told(self, detail: Mapping[str, Any]) -> str:
        unit = self._directory.units.get(detail["unit_told"])
        ways = ", ".join(_WAYS[Channel(one["channel"])] for one in detail["told"])
        name = detail["told"][0]["name"] if detail["told"] else ""
        said = "Báo" if detail["what"] == "told" else "Chưa có ai nhận việc, báo tiếp"
        return f"{said} {name} – {unit.name if unit else ''} (bậc {detail['tier']}, {ways})"

    def _enqueue(self, incident: int, new: Iterable[Message], book: Book, story: Story) -> None:
        row, state = self._row(incident), timelines.load(self._connection, incident)
        if row is None or state is None:
            return
        holder = self._directory.units.get((book.place.unit if book.place else None) or 0)
        about = matter(
            self._connection,
            row,
            state,
            holder=holder.label if holder else "",
            url=self._url,
            ended_at=state.restored_at or story.over_at or None,
        )
        for message in new:
            self._put(message, about, self._detected(state))

    def _detected(self, state: incidents.State) -> int:
        """Since when the hub was sure, of this outage or the last."""
        return state.run.confirmed_at or state.opened_at

    def _put(self, message: Message, about: words.Matter, detected: int) -> None:
        text = words.words(Kind(message.kind), about)
        short = message.channel == Channel.SMS
        outbox.enqueue(
            self._connection,
            message.key,
            message.channel,
            message.address,
            text.subject,
            text.short if short else text.body,
            now=self._now,
            kind=message.kind,
            name=message.name,
            data={**_data(about, text), "detected_ms": str(detected)},
            incident=about.incident,
            contact=message.contact,
            severity=about.severity,
            after=message.after,
        )


def _data(about: words.Matter, text: words.Text) -> dict[str, str]:
    """For templates and programs."""
    return {
        "incident": str(about.incident),
        "code": words.code(about.incident),
        "site": about.site,
        "thing": about.thing,
        "state": words.state(about),
        "since": words.moment(about.since),
        "ended": words.moment(about.ended_at) if about.ended_at else "",
        "cause": words.cause(about),
        "holder": about.holder,
        "due": words.moment(about.due_at) if about.due_at else "",
        "severity": str(about.severity),
        "url": about.url,
        "short": text.short,
    }
