"""The devices of an office as pages show them: registered ones and all that report."""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from motcua_contract.vocabulary import HealthState
from motcua_hub.domain.health.component import Drill, Known, Part, is_aged
from motcua_hub.domain.health.kinds import DeviceClass, class_of, is_inner, kind_of
from motcua_hub.domain.health.site import HEARD
from motcua_hub.domain.health.why import Why, explain, nothing_told
from motcua_hub.domain.link import Link
from motcua_hub.store.assets import Asset
from motcua_hub.web.queries.health import asset_key

_NEED: Final = {
    HealthState.CRITICAL: 0,
    HealthState.PROBLEM: 1,
    HealthState.UNKNOWN: 2,
    HealthState.MAINTENANCE: 3,
    HealthState.OK: 4,
    HealthState.DEACTIVATED: 5,
}


class DeviceView(msgspec.Struct, frozen=True, kw_only=True):
    """A device of an office. Times are UTC ms.

    Attributes:
        component: Under which its health comes, or the key of a registered device without one.
        name: As people registered it; empty for what nobody registered.
        kind: The registry's class; empty when nobody knows it.
        state: What may be said of it now; `reported` is what was last told.
        registered: False for a component that nobody wrote down and that is no part of another.
        aged: Nobody confirmed its last word since.
        drill: A rehearsed fault in force, in no figure.
        unstable: It changed too often lately.
    """

    component: str
    name: str
    kind: str
    state: HealthState
    reported: str
    code: str
    since: int
    detail: str
    said: str
    heard_at: int | None
    aged: bool
    registered: bool
    drill: Drill | None
    unstable: bool
    why: Why
    asset: Asset | None

    @property
    def named(self) -> str:
        """Key of a text for what it is, when nobody gave it a name."""
        return self.kind or kind_of(self.component)


def _class(part: Part, asset: Asset | None) -> DeviceClass | None:
    if asset is not None and asset.kind in set(DeviceClass):
        return DeviceClass(asset.kind)
    return class_of(part.component)


def device(known: Known, asset: Asset | None, *, unstable: bool = False) -> DeviceView:
    """One device; `asset` is None when nobody registered it."""
    part = known.part
    of = _class(part, asset)
    why = explain(known, of)
    return DeviceView(
        component=part.component,
        name=asset.name if asset else "",
        kind=of.value if of else "",
        state=why.state,
        reported=part.state,
        code=part.code,
        since=part.since,
        detail=part.detail,
        said=part.said,
        heard_at=part.heard_at,
        aged=bool(part.state) and (not known.present or is_aged(part, known.now)),
        registered=asset is not None or is_inner(part.component),
        drill=part.drill,
        unstable=unstable,
        why=why,
        asset=asset,
    )


def devices(
    parts: Sequence[Part],
    assets: Iterable[Asset],
    *,
    link: Link,
    now: int,
    flapping: frozenset[str] = frozenset(),
) -> tuple[DeviceView, ...]:
    """All devices of an office in use, those in need first: what reports and what is registered."""
    present = link in HEARD
    used = [asset for asset in assets if asset.retired_at is None]
    by_component = {asset.component: asset for asset in used if asset.component}
    told = {part.component for part in parts}
    silent = [
        (nothing_told(asset.component or asset_key(asset.id)), asset)
        for asset in used
        if asset.component not in told
    ]
    known = [(part, by_component.get(part.component)) for part in parts]
    views = (
        device(Known(part, now, present), asset, unstable=part.component in flapping)
        for part, asset in (*known, *silent)
    )
    return tuple(sorted(views, key=lambda one: (_NEED[one.state], one.name, one.component)))


def retired(assets: Iterable[Asset], now: int) -> tuple[DeviceView, ...]:
    """Devices taken out of use, the last first."""
    gone = [asset for asset in assets if asset.retired_at is not None]
    gone.sort(key=lambda asset: asset.retired_at or 0, reverse=True)
    return tuple(
        device(Known(nothing_told(asset_key(asset.id)), now, retired=True), asset) for asset in gone
    )
