"""Incidents of a whole hub against the truth: one for each outage, to whom it concerns, once."""

from collections import Counter
from collections.abc import Iterable, Iterator

from motcua_hub.domain.incident.attribution import CONFIDENT
from motcua_hub.domain.incident.vocabulary import CLASS_OF_CAUSE, Cause, Severity
from province.office_hours import office_hours
from province.script import HOUR, MINUTE, SECOND
from province.spans import Span, common, merged, touches
from support.directories import OF_CLASS
from support.province import known, officers, told
from support.province.arrivals import never_told
from support.province.causes import Case
from support.province.feed import Office
from support.province.living import STEPPED, Living
from support.province.told import SETTLED, Row, Story

_AROUND = 2 * MINUTE
_LONG_LIVED = 1 << 62


def one_incident_each(hub: Living) -> None:
    """Every outage opens or reopens one incident, and nothing else does."""
    stories = told.stories(hub)
    lost = [*told.cases(hub), *told.server_cases(hub)]
    counts = {(case.target, case.onset): len(told.of_case(stories, case)) for case in lost}
    assert Counter(counts.values()) == {1: len(lost)}, counts
    for office in hub.feed.offices:
        gone = merged(
            (stay.last_packet, after.online)
            for stay, after in zip(office.stays, office.stays[1:], strict=False)
        )
        _only_real(stories, f"{office.site.name}.link", [*gone, (office.stays[-1].told, 1 << 62)])
    for server, _ in hub.feed.servers:
        _only_real(stories, server.name, server.off)


def _only_real(stories: Iterable[Story], target: str, off: list[Span]) -> None:
    """Whatever began, began while it truly was lost, or within a round of that."""
    for story in stories:
        if story.row["target"] == target and story.row["kind"] == "down":
            for begun, _ in story.runs():
                near = (begun - _AROUND, begun + SECOND)
                assert touches(off, near), (target, begun)


def causes_are_right(hub: Living) -> None:
    """Right in 99 of 100 where a journal can tell; never a fact when wrong, and never a guess."""
    stories = told.stories(hub)
    judged = right = 0
    for case in told.cases(hub):
        (story,) = told.of_case(stories, case)
        said = _said_of(story, case)
        _nothing_wrong_is_sure(case, said)
        if _can_be_known(hub, case):
            judged += 1
            right += said[-1][1] == case.truth.value
    for case in told.server_cases(hub):
        (story,) = told.of_case(stories, case)
        _nothing_wrong_is_sure(case, _said_of(story, case))
    assert judged >= 4
    assert right / judged >= 0.99, f"{right} of {judged}"


def _said_of(story: Story, case: Case) -> list[tuple[int, str, int]]:
    """What was said of this outage, before the same thing was down again."""
    later = [at for at in story.at("relapsed") if at > case.end + MINUTE]
    until = min(later, default=_LONG_LIVED)
    return [said for said in story.said() if case.onset <= said[0] < until]


def _nothing_wrong_is_sure(case: Case, said: list[tuple[int, str, int]]) -> None:
    assert said, case
    for at, cause, confidence in said:
        if confidence >= CONFIDENT:
            assert cause == case.truth_at(at).value, (case, said)


def _can_be_known(hub: Living, case: Case) -> bool:
    """Whether all that the office wrote around it came, and its boots could be placed."""
    office = next(o for o in hub.feed.offices if f"{o.site.name}.link" == case.target)
    near = (case.onset - 6 * HOUR, case.end + HOUR)
    gone = never_told(hub.feed, office)
    return not touches(gone, near) and not common(_unplaced(hub, office), [near])


def _unplaced(hub: Living, office: Office) -> list[Span]:
    """Boots that nobody can place."""
    heard = {one.name: one for one in known.heard(hub.arrivals.shelves[office.site.name])}
    return merged(
        (boot.begin, boot.end)
        for boot in office.site.boots
        if boot.name not in heard or heard[boot.name].begun is None
    )


def problems(hub: Living) -> list[Row]:
    """Every message that told of a problem."""
    return [row for row in hub.rows("outbox") if row["kind"] == "problem"]


def told_exactly_once(hub: Living) -> None:
    """Neither missing nor doubled, and to nobody whose class it is not."""
    sent = problems(hub)
    units = {row["id"]: row["unit"] for row in hub.rows("contact")}
    stories = {story.row["id"]: story for story in told.stories(hub)}
    assert all(row["state"] == "sent" for row in sent)
    for story in stories.values():
        mine = [row for row in sent if row["incident"] == story.row["id"]]
        counts = Counter((row["contact"], row["channel"]) for row in mine)
        runs = len(list(story.runs()))
        assert all(count <= runs for count in counts.values()), (story.row, counts)
        for row in mine:
            unit = units[row["contact"]]
            assert unit in _units_at(story, int(str(row["created_at"]))), (
                story.row["id"],
                row["id"],
            )
    for case in (*told.cases(hub), *told.server_cases(hub)):
        _told_of_case(hub, case, stories, sent)


def _units_at(story: Story, moment: int) -> set[int]:
    """The units of the class that answered for it then: as opened, or by its last cause."""
    classes = [d["responsible"] for d in story.details("opened") if "responsible" in d]
    for entry in story.entries:
        if entry["at"] <= moment and entry["happening"] in {"cause_set", "cause_changed"}:
            detail = entry["detail"]
            of = CLASS_OF_CAUSE.get(Cause(detail["cause"]))
            classes.append(of.value if of is not None else detail.get("responsible", ""))
    return {OF_CLASS[name] for name in classes[-1:] if name in OF_CLASS}


def _told_of_case(hub: Living, case: Case, stories: dict[int, Story], sent: list[Row]) -> None:
    """A lasting outage that was not planned is told to somebody, by itself or by its parent.

    What is critical is told at once; anything else waits until people work.
    """
    (story,) = told.of_case(stories.values(), case)
    begin = max(case.told, case.planned_until)
    lasting = [(begin, case.end)]
    if _severity(story, case.end) > Severity.CRITICAL:
        lasting = office_hours((begin, case.end))
    if max((b - a for a, b in lasting), default=0) <= SETTLED:
        return
    if case.truth_at(begin + 1) is Cause.PLANNED:
        return
    if _interrupted(hub, (begin, case.end)):
        return
    speaks = {story.row["id"], *_parents(story)}
    heard = [
        row
        for row in sent
        if row["incident"] in speaks and case.onset <= int(str(row["created_at"])) <= case.end
    ]
    assert heard, case
    ways = Counter((row["incident"], row["contact"], row["channel"]) for row in heard)
    assert set(ways.values()) == {1}, (case, ways)


def _severity(story: Story, until: int) -> int:
    """How bad it was at last, while it lasted."""
    told_of = [e for e in story.entries if e["at"] <= until and "severity" in e["detail"]]
    return int(told_of[-1]["detail"]["severity"])


def _interrupted(hub: Living, span: Span) -> bool:
    """The hub itself was away, or its clock was stepped, while it lasted."""
    world = hub.feed.world
    return touches([*world.hub_off, *world.uplink_off, *world.clock_wrong], span)


def _parents(story: Story) -> set[int]:
    return {d["parent"] for d in story.details("joined") if "parent" in d}


def planned_work_is_silent(hub: Living) -> None:
    """Nobody is told inside a window; of what overran or was told too late everybody is."""
    sent = problems(hub)
    stories = told.stories(hub)
    quiet = loud = 0
    for case in (*told.cases(hub), *told.server_cases(hub)):
        planned = case.truth is Cause.PLANNED
        (story,) = told.of_case(stories, case)
        mine = [
            int(str(row["created_at"]))
            for row in sent
            if row["incident"] == story.row["id"]
            and case.onset <= int(str(row["created_at"])) <= case.end + SETTLED
        ]
        if planned:
            assert mine == [], case
            quiet += 1
        elif case.planned_until:
            assert all(at > case.planned_until for at in mine), case
            loud += bool(mine)
    assert quiet, "no planned work was seen"
    late = [w for w in hub.feed.world.script.windows if w.announced_at > w.begin - 24 * HOUR]
    begun = [w for w in late if not w.emergency and w.end < hub.feed.period[1]]
    assert loud or not begun, "no overrun was told"


def recovery_to_all(hub: Living) -> None:
    """Who heard of a problem hears of its end, once; nobody else does."""
    heard: dict[str, set[tuple[object, object, object]]] = {"problem": set(), "recovery": set()}
    counts: Counter[tuple[object, object, object]] = Counter()
    for row in hub.rows("outbox"):
        if row["kind"] in heard and row["state"] == "sent":
            key = (row["incident"], row["contact"], row["channel"])
            heard[str(row["kind"])].add(key)
            counts[key] += 1 if row["kind"] == "recovery" else -1
    over = {s.row["id"] for s in told.stories(hub) if s.row["restored_at"] is not None}
    assert {key for key in heard["problem"] if key[0] in over} == heard["recovery"]
    assert all(count == 0 for key, count in counts.items() if key[0] in over), counts


def children_are_silent(hub: Living) -> None:
    """What stands behind an outage is told with it; a crowd of lines by one incident."""
    stories = {story.row["id"]: story for story in told.stories(hub)}
    children = [s for s in stories.values() if s.row["parent"] is not None]
    assert children
    loud = {row["incident"] for row in problems(hub)}
    for child in children:
        above = stories[child.row["parent"]]
        after = child.row["restored_at"] - max(above.at("restored"), default=0)
        joined_at_once = min(child.at("joined"), default=0) - child.row["opened_at"] < MINUTE
        if after < MINUTE and joined_at_once:
            assert child.row["id"] not in loud, child.row


def nothing_is_left_open(hub: Living) -> None:
    """Whatever is up again has no incident that lasts."""
    for story in told.stories(hub):
        if story.row["kind"] in {"down", "hub", "carrier", "power_event"}:
            assert story.row["restored_at"] is not None, story.row


def reports_join(hub: Living) -> None:
    """Each report is on record once, at the incident of what it is about, however late it came."""
    delivered = list(_delivered(hub))
    rows = {(row["site"], row["report"]): row for row in hub.rows("incident_report")}
    assert set(rows) == {(site, eid) for site, eid, _, _ in delivered}
    stories = {story.row["id"]: story for story in told.stories(hub)}
    joined = 0
    for site, eid, at, component in delivered:
        story = stories[rows[site, eid]["incident"]]
        lasting = _about(hub, site, component, at)
        if lasting:
            assert story.row["target"] in lasting, (site, at, component, story.row)
            joined += 1
    assert joined, "nobody reported what the hub knew of"


def _delivered(hub: Living) -> Iterator[tuple[str, str, int, str]]:
    for site, shelves in hub.arrivals.shelves.items():
        for each in shelves:
            for row in each.holds:
                fact = each.book.facts[row - 1]
                if isinstance(fact, officers.FaultReported):
                    event = each.book.journal.events[row - 1]
                    yield site, event.eid, each.book.written[row - 1], fact.component


def _about(hub: Living, site: str, component: str, at: int) -> set[str]:
    """The targets whose outage of that kind was told by then, and lasted."""
    if component == officers.LINK:
        lost = [c for c in told.cases(hub) if c.target == f"{site}.link"]
    elif component == officers.SERVER:
        lost = told.server_cases(hub)
    else:
        return set()
    return {c.target for c in lost if c.told + STEPPED <= at < c.end - MINUTE}


def corrections_are_on_record(hub: Living) -> None:
    """Two people, their names, and one line for each act; what was refused is no evidence."""
    rows = hub.rows("correction")
    assert rows
    for row in rows:
        assert row["asked_by"] != row["decided_by"]
    kinds = Counter(str(row["action"]) for row in hub.rows("audit"))
    assert kinds["correction_asked"] == len(rows)
    assert kinds["correction_approved"] == sum(bool(row["approved"]) for row in rows)
    assert kinds["correction_refused"] == sum(not row["approved"] for row in rows)
    by_people = [row for row in hub.rows("evidence") if row["rank"] == 100]
    assert len(by_people) == kinds["correction_approved"]
