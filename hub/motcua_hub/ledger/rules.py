"""The rules of one target as they are written down: JSON in the database, a `Policy` in figures.

Fractions are text (`"999/1000"`), times ms. What is not written has the default of `Policy`.
"""

from fractions import Fraction
from typing import Annotated

import msgspec

from motcua_hub.domain.availability.evidence import Sli
from motcua_hub.domain.availability.policy import DAY, HOUR, Blips, Policy, Unknown

_Share = Annotated[str, msgspec.Meta(pattern=r"^(1|0|[1-9][0-9]{0,8}/[1-9][0-9]{0,8})\Z")]
_Ms = Annotated[int, msgspec.Meta(ge=0, le=400 * DAY)]


class Rules(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a contract says of one target; see `domain.availability.policy.Policy`.

    `sli` is what its figures are about; None: `running` for devices, `reachable` for all others.
    `router` is no matter of figures: behind this target lies all of its site, so that its silence
    towards the hub tells of the site's line.
    """

    sli: Sli | None = None
    slo: _Share = "999/1000"
    min_known: Annotated[int, msgspec.Meta(ge=1, le=100)] | None = None
    vantages: tuple[str, ...] = ("hub",)
    blips: Blips = Blips.IGNORE
    unknown: Unknown = Unknown.EXCLUDE
    coverage_floor: _Share = "99/100"
    merge_gap: _Ms = 60_000
    notice: _Ms = DAY
    settle: _Ms = 72 * HOUR
    router: bool = False

    def policy(self, version: int, sli: Sli) -> Policy:
        """The policy of a figure of this SLI."""
        return Policy(
            version=str(version),
            sli=sli,
            slo=Fraction(self.slo),
            min_known=self.min_known,
            vantages=self.vantages,
            blips=self.blips,
            unknown=self.unknown,
            coverage_floor=Fraction(self.coverage_floor),
            merge_gap=self.merge_gap,
            notice=self.notice,
            settle=self.settle,
        )


def checked(rules: Rules) -> Rules:
    """Rules made by a program or a form; ValueError when they are none."""
    known = read(msgspec.json.encode(rules).decode())
    for share in (known.slo, known.coverage_floor):
        if not 0 <= Fraction(share) <= 1:
            msg = f"{share} is no share"
            raise ValueError(msg)
    return known


def read(text: str) -> Rules:
    """Rules from the database; ValueError when they are none."""
    try:
        return msgspec.json.decode(text, type=Rules)
    except msgspec.DecodeError as error:
        raise ValueError(str(error)) from error


def written(rules: Rules) -> str:
    """Rules for the database."""
    return msgspec.json.encode(rules, order="sorted").decode()
