"""A small province's directory, and a world in which incidents are told to people."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from msgspec.structs import replace

from motcua_contract.siteconfig import Shift
from motcua_hub.domain.availability.hours import ServiceHours
from motcua_hub.domain.routing.asked import Facts, World
from motcua_hub.domain.routing.book import Book, Message
from motcua_hub.domain.routing.chain import DEFAULT, Policy
from motcua_hub.domain.routing.directory import Contact, Directory, Route, Unit
from motcua_hub.domain.routing.story import ACTOR, Row, read
from motcua_hub.domain.routing.telling import tell

HOURS = ServiceHours(
    shifts=(
        Shift(days=(1, 2, 3, 4, 5), opens="07:30", closes="11:30"),
        Shift(days=(1, 2, 3, 4, 5), opens="13:30", closes="17:00"),
    )
)
MONDAY_9 = 1_772_416_800_000
"""Mon 2 March 2026, 09:00 in Viet Nam."""
MINUTE = 60_000
TEAM, SOFTWARE, HARDWARE, LINK, POWER, BOSS = 1, 2, 3, 4, 5, 6
OF_CLASS = {"software": SOFTWARE, "hardware": HARDWARE, "link": LINK, "power": POWER}


def people(unit: int, count: int = 2) -> list[Contact]:
    return [
        Contact(
            id=unit * 10 + n,
            unit=unit,
            position=n,
            name=f"Người {unit}.{n}",
            phones=(f"0643.51193{n}",),
            begins="2020-01-01",
            channels=(("sms", f"+8490511{unit:02}{n:02}"), ("email", f"u{unit}n{n}@example.vn")),
        )
        for n in range(1, count + 1)
    ]


def province(**changes: object) -> Directory:
    """A support team of na-son, one unit for each class (R15-R17), and somebody above."""
    names = {
        TEAM: "Tổ giúp việc CNTT Na Son",
        SOFTWARE: "Phòng CNTT",
        HARDWARE: "Ban QLDA Hạ tầng",
        LINK: "Viễn thông",
        POWER: "Điện lực",
        BOSS: "Văn phòng UBND tỉnh",
    }
    routes = [Route(id=1, tier=1, unit=TEAM, site="na-son")]
    routes += [
        Route(id=10 + unit, tier=2, unit=unit, responsible=name) for name, unit in OF_CLASS.items()
    ]
    routes.append(Route(id=30, tier=3, unit=BOSS, severity=2))
    routes = [replace(one, begins="2020-01-01") for one in routes]
    made = Directory(
        units={id_: Unit(id=id_, name=name, begins="2020-01-01") for id_, name in names.items()},
        contacts=tuple(one for id_ in names for one in people(id_)),
        routes=tuple(routes),
    )
    return replace(made, **changes)


@dataclass
class Telling:
    """One incident, told step by step; the outbox is sent by `post`."""

    directory: Directory = field(default_factory=province)
    facts: Facts = field(
        default_factory=lambda: Facts(incident=7, site="na-son", responsible="hardware", severity=1)
    )
    policy: Policy = DEFAULT
    now: int = MONDAY_9
    rows: list[Row] = field(default_factory=list)
    book: Book = field(default_factory=Book)

    def happens(self, happening: str, actor: str = "nam", **detail: object) -> None:
        self.rows.append(
            Row(id=len(self.rows) + 1, at=self.now, happening=happening, actor=actor, detail=detail)
        )

    def look(self) -> None:
        world = World(directory=self.directory, policy=self.policy, hours=HOURS, now=self.now)
        said = tell(self.facts, read(self.rows), self.book, world)
        self.book = replace(
            said.book, messages=tuple(replace(one, new=False) for one in said.book.messages)
        )
        for entry in said.entries:
            self.happens(entry.happening.value, ACTOR, **entry.detail)

    def passes(self, minutes: float) -> None:
        self.now += round(minutes * MINUTE)

    def post(self, keys: Iterable[str] | None = None, *, state: str = "sent") -> None:
        """The sender has its way with waiting messages."""
        self.book = replace(
            self.book,
            messages=tuple(
                replace(one, state=state, attempts=one.attempts + 1)
                if one.state == "waiting" and (keys is None or one.key in keys)
                else one
                for one in self.book.messages
            ),
        )

    def run(self, minutes: float, *, every: float = 1) -> None:
        """Time passes, and whatever is due is told and sent."""
        for _ in range(round(minutes / every)):
            self.look()
            self.post()
            self.passes(every)
        self.look()
        self.post()

    def told(self, kind: str = "problem") -> list[Message]:
        return [m for m in self.book.messages if m.kind == kind and m.state == "sent"]

    def units(self, kind: str = "problem") -> list[int | None]:
        return list(dict.fromkeys(m.unit for m in self.told(kind)))

    def ways(self, kind: str = "problem") -> list[tuple[str, str]]:
        return [m.way for m in self.told(kind)]
