"""What people write down while a province lives: planned work, force majeure, corrections."""

from collections.abc import Callable, Iterable, Iterator

from sqlalchemy import Connection, Engine

from motcua_hub.domain.availability.evidence import Claim, Sli
from motcua_hub.domain.calendar.planned import Scope, ScopeKind, UnfitPlanError, Wish
from motcua_hub.ledger import corrections
from motcua_hub.ledger.corrections import CorrectionError, Wanted
from motcua_hub.ledger.names import pi_of
from motcua_hub.store import plans
from motcua_hub.store.engine import writing
from province.script import DAY, HOUR, Kind, Storm, Window
from support.province.feed import Feed

Act = Callable[[Connection, int], str]
"""Done at a moment of the hub's clock; what came of it."""
AN, BINH, LAN = "an", "binh", "lan"
DONE, REFUSED = "done", "refused"


def acts(feed: Feed) -> list[tuple[int, str, Act]]:
    """Everything that is written down: when, what it is called, how."""
    begin = feed.period[0]
    found = [*_windows(feed), *_storms(feed), *_corrections(feed)]
    return sorted(((max(begin, at), name, act) for at, name, act in found), key=lambda a: a[:2])


def _windows(feed: Feed) -> Iterator[tuple[int, str, Act]]:
    for n, window in enumerate(feed.world.script.windows):
        name = f"window {n}"
        yield window.announced_at, name, lambda c, now, w=window: _window(c, w, now)


def _window(connection: Connection, window: Window, now: int) -> str:
    """Asked for by one, agreed to by another; what is urgent needs a third."""
    wish = Wish(
        begin=window.begin,
        end=window.end,
        reason="thay thiết bị",
        scopes=_scopes(window.cover),
        paper="12/TB",
        emergency=window.emergency,
        told_at=window.announced_at,
    )
    try:
        made = plans.ask_window(connection, wish, now, AN)
    except UnfitPlanError:
        return REFUSED
    plans.approve(connection, plans.WINDOW, made, now=now, who=BINH)
    if window.emergency:
        plans.approve(connection, plans.WINDOW, made, now=now, who=LAN)
    return DONE


def _scopes(names: Iterable[str]) -> tuple[Scope, ...]:
    return tuple(
        Scope(ScopeKind.SITE if name.startswith("site-") else ScopeKind.TARGET, name)
        for name in names
    )


def _storms(feed: Feed) -> Iterator[tuple[int, str, Act]]:
    for storm in feed.world.script.storms:
        yield storm.approved_at, "storm", lambda c, now, s=storm: _storm(c, s, now)


def _storm(connection: Connection, storm: Storm, now: int) -> str:
    wish = Wish(
        begin=storm.begin,
        end=storm.end,
        reason="bão số 3",
        scopes=_scopes(storm.sites),
        paper="45/BC",
    )
    made = plans.ask_exclusion(connection, wish, now, AN)
    plans.approve(connection, plans.EXCLUSION, made, now=now, who=BINH)
    return DONE


def _corrections(feed: Feed) -> Iterator[tuple[int, str, Act]]:
    """Of a machine whose card died a person knows from when to when it did not work."""
    for fault in feed.world.script.faults:
        if fault.kind is Kind.CARD:
            wanted = Wanted(
                target=pi_of(fault.where),
                sli=Sli.RUNNING,
                begin=fault.begin,
                end=fault.end,
                claim=Claim.DOWN,
                cause="device",
                reason="thẻ nhớ hỏng, biên bản 07",
            )
            at = min(fault.end + DAY, feed.period[1] - HOUR)
            yield at, "correction", lambda c, now, w=wanted: _correct(c, w, now)


def _correct(connection: Connection, wanted: Wanted, now: int) -> str:
    """Who asks cannot agree; another person can. A second wish is refused and changes nothing."""
    number = corrections.ask(connection, wanted, now, AN)
    try:
        corrections.decide(connection, number, now, AN, approve=True)
    except CorrectionError:
        corrections.decide(connection, number, now, BINH, approve=True)
    else:
        return "agreed with himself"
    begin = wanted.begin - HOUR
    wrong = Wanted(
        target=wanted.target, sli=wanted.sli, begin=begin, end=wanted.begin,
        claim=Claim.UP, reason="theo lời kể",
    )  # fmt: skip
    refused = corrections.ask(connection, wrong, now, AN)
    corrections.decide(connection, refused, now, BINH, approve=False)
    return DONE


def correct_late(engine: Engine, feed: Feed, now: int) -> str:
    """When all was final two people correct an hour of one machine; its name.

    It is the last hour, of which the last words never came.
    """
    name = pi_of(feed.offices[0].site.name)
    end = feed.period[1]
    wanted = Wanted(
        target=name, sli=Sli.RUNNING, begin=end - HOUR, end=end,
        claim=Claim.DOWN, cause="operator", reason="biên bản tắt máy cuối quý",
    )  # fmt: skip
    with writing(engine) as connection:
        number = corrections.ask(connection, wanted, now, AN)
        corrections.decide(connection, number, now, BINH, approve=True)
    return name
