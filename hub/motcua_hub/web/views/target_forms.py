"""Forms of targets and probes: from what a person typed to what the ledger keeps, with the faults.

A fault is the key of the words beside its field.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

import msgspec

from motcua_contract.probes import ProbeKind, ProbeSpec
from motcua_hub.domain.availability.evidence import Sli
from motcua_hub.domain.availability.policy import Blips, Unknown
from motcua_hub.ledger.rules import Rules
from motcua_hub.ledger.targets import Kind, Target, TargetError
from motcua_hub.web import localtime
from motcua_hub.web.views import periods

RULES: Final = ("sli", "slo", "floor", "unknown", "blips", "vantages", "min_known", "notice")
"""Fields that are rules of the contract."""
KINDS: Final = tuple(each.value for each in ProbeKind)
BAD: Final = "targets.bad"
_FIELDS: Final = (
    "id", "name", "kind", "site", "parent", "unit", "carrier", "sli", "slo", "floor", "unknown",
    "blips", "vantages", "min_known", "notice", "begin", "end",
    "router",
    "since_day", "always_so", "why",
)  # fmt: skip
_OWN_WORDS: Final = ("id", "parent", "end", "since_day")
_DECIMALS: Final = 8
_HOUR: Final = 3_600_000
_WHOLE: Final = 100
_YES: Final = "yes"
_WORDS: Final = {"router": "targets.bad.router"}


def empty(today: date) -> dict[str, str]:
    """A form for a new target."""
    rules = Rules()
    return {
        **dict.fromkeys(_FIELDS, ""),
        "slo": percent(rules.slo),
        "floor": percent(rules.coverage_floor),
        "unknown": rules.unknown.value,
        "blips": rules.blips.value,
        "vantages": ", ".join(rules.vantages),
        "notice": str(rules.notice // _HOUR),
        "begin": today.isoformat(),
    }


def of(target: Target) -> dict[str, str]:
    """The form of a target as it is."""
    rules = target.rules
    return {
        "id": target.id,
        "name": target.name,
        "kind": target.kind.value,
        "site": target.site or "",
        "parent": target.parent or "",
        "unit": target.unit,
        "carrier": target.carrier,
        "sli": rules.sli.value if rules.sli else "",
        "slo": percent(rules.slo),
        "floor": percent(rules.coverage_floor),
        "unknown": rules.unknown.value,
        "blips": rules.blips.value,
        "vantages": ", ".join(rules.vantages),
        "min_known": "" if rules.min_known is None else str(rules.min_known),
        "notice": str(rules.notice // _HOUR),
        "router": _YES if rules.router else "",
        "begin": localtime.day_of(target.life_begin),
        "end": "" if target.life_end is None else localtime.day_of(target.life_end - 1),
        **dict.fromkeys(("since_day", "always_so", "why"), ""),
    }


def percent(share: str) -> str:
    """`999/1000` as `99,9`, exact."""
    value = Fraction(share) * _WHOLE
    text = f"{float(value):.{_DECIMALS}f}".rstrip("0").rstrip(".")
    return text.replace(".", ",")


def share(text: str) -> str | None:
    """`99,9` as `999/1000`; None when it is no percentage."""
    plain = text.replace(",", ".").replace("%", "").strip()
    if not plain or len(plain) > _DECIMALS or plain.strip("0123456789.") or plain.count(".") > 1:
        return None
    if plain == ".":
        return None
    value = Fraction(plain) / _WHOLE
    return str(value) if 0 <= value <= 1 else None


def clean(form: Mapping[str, str]) -> dict[str, str]:
    """What was typed, cut to size; missing fields are empty."""
    return {key: " ".join(form.get(key, "").split())[:400] for key in _FIELDS}


def since(said: Mapping[str, str]) -> int | None:
    """From when a change holds (UTC ms): from the beginning, from a day on, or (None) from now."""
    if said["always_so"]:
        return 0
    if not said["since_day"]:
        return None
    return periods.end_of(date.fromisoformat(said["since_day"]) - timedelta(days=1))


def fault(error: TargetError) -> dict[str, str]:
    """Where a refused target is wrong."""
    field = {"life_end": "end", "rules": "slo"}.get(error.field, error.field)
    field = {"valid_from": "since_day"}.get(field, field)
    return {field: f"targets.bad.{field}" if field in _OWN_WORDS else BAD}


def read(said: Mapping[str, str], held: Target | None) -> tuple[Target | None, dict[str, str]]:
    """The target that a form describes, or what is wrong with it."""
    faults = {key: _WORDS.get(key, BAD) for key, good in _checks(said).items() if not good}
    if faults:
        return None, faults
    base = held or Target(id=said["id"], name=said["name"], kind=Kind(said["kind"]))
    return (
        msgspec.structs.replace(
            base,
            name=said["name"][:120],
            kind=Kind(said["kind"]),
            site=said["site"] or None,
            parent=said["parent"] or None,
            unit=said["unit"][:64],
            carrier=said["carrier"][:64],
            rules=_rules(said, base.rules),
            life_begin=_begin(said, held),
            life_end=periods.end_of(date.fromisoformat(said["end"])) if said["end"] else None,
        ),
        {},
    )


def _checks(said: Mapping[str, str]) -> dict[str, bool]:
    known = said["min_known"]
    return {
        "id": bool(said["id"]),
        "name": bool(said["name"]),
        "kind": said["kind"] in {each.value for each in Kind},
        "sli": said["sli"] in {"", *(each.value for each in Sli)},
        "slo": share(said["slo"]) is not None,
        "floor": share(said["floor"]) is not None,
        "unknown": said["unknown"] in {each.value for each in Unknown},
        "blips": said["blips"] in {each.value for each in Blips},
        "min_known": not known or (known.isdecimal() and 0 < int(known[:4]) <= _WHOLE),
        "notice": said["notice"].isdecimal() and int(said["notice"][:6]) <= 24 * 365,
        "begin": _is_day(said["begin"]),
        "end": not said["end"] or _is_day(said["end"]),
        "since_day": not said["since_day"] or _is_day(said["since_day"]),
        "router": said["router"] in ("", _YES) and (not said["router"] or bool(said["site"])),
    }


def _is_day(text: str) -> bool:
    other = date(1, 1, 1)
    return periods.day_of(text, other) != other


def _begin(said: Mapping[str, str], held: Target | None) -> int:
    """The local midnight of the day; the old moment while the day is the same."""
    if held is not None and localtime.day_of(held.life_begin) == said["begin"]:
        return held.life_begin
    return periods.end_of(date.fromisoformat(said["begin"])) - 24 * _HOUR


def _rules(said: Mapping[str, str], old: Rules) -> Rules:
    vantages = tuple(each.strip() for each in said["vantages"].split(",") if each.strip())
    return msgspec.structs.replace(
        old,
        sli=Sli(said["sli"]) if said["sli"] else None,
        slo=share(said["slo"]) or old.slo,
        coverage_floor=share(said["floor"]) or old.coverage_floor,
        unknown=Unknown(said["unknown"]),
        blips=Blips(said["blips"]),
        vantages=vantages or old.vantages,
        min_known=int(said["min_known"]) if said["min_known"] else None,
        notice=int(said["notice"]) * _HOUR,
        router=said["router"] == _YES,
    )


def probe(said: Mapping[str, str], target: str) -> tuple[ProbeSpec | None, dict[str, str]]:
    """The probe that a form describes, or what is wrong with it."""
    numbers = {"port": 1, "interval": 1000, "timeout": 1000, "days_left": 1}
    values: dict[str, object] = {"target": target, "kind": said.get("probe_kind", "")}
    for key in ("host", "path", "expect_body", "record", "user", "secret"):
        if said.get(key):
            values[key] = said[key]
    for key, unit in numbers.items():
        text = said.get(key, "")
        if text and not text.isdecimal():
            return None, {key: BAD}
        if text:
            values[key] = int(text[:9]) * unit
    values["tls"] = said.get("tls") == _YES
    values["expect_status"] = tuple(
        int(each[:3])
        for each in said.get("expect_status", "").split(",")
        if each.strip().isdecimal()
    )
    if values["kind"] != ProbeKind.PUSH.value and not values.get("host"):
        return None, {"host": BAD}
    try:
        return msgspec.convert(values, ProbeSpec), {}
    except msgspec.ValidationError as error:
        field = str(error).rpartition("$.")[2].split("`")[0].split("[")[0]
        return None, {"probe_kind" if field == "kind" else field or "probe_kind": BAD}
