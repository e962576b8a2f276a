import json
import re
from typing import Any

import msgspec
import pytest

from motcua_contract import siteconfig
from motcua_contract.siteconfig import SiteConfig, SiteConfigError

MINIMAL: dict[str, Any] = {
    "name": "UBND Phường Bến Nghé",
    "services": [
        {"code": "CT", "name": "Chứng thực", "series": "A"},
        {"code": "HT", "name": "Hộ tịch", "series": "B"},
    ],
    "counters": [{"number": 1, "services": ["CT"]}, {"number": 2, "services": ["HT", "CT"]}],
    "officers": [{"id": "hanh", "name": "Nguyễn Thị Hạnh", "pin_scrypt": f"{'0' * 32}${'a' * 64}"}],
}


def changed(path: str, value: object) -> dict[str, Any]:
    """The minimal configuration with one value replaced, or added, at a dotted path."""
    whole = msgspec.json.decode(msgspec.json.encode(MINIMAL))
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place = whole
    for part in way:
        place = place.setdefault(part, {}) if isinstance(place, dict) else place[part]
    place[last] = value
    return whole


def toml(value: object) -> str:
    """A value as TOML, with inline tables."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(v)}" for key, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(v) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def from_json(content: object) -> SiteConfig:
    return siteconfig.load_json(msgspec.json.encode(content))


def from_toml(content: dict[str, Any]) -> SiteConfig:
    return siteconfig.load_toml("\n".join(f"{key} = {toml(v)}" for key, v in content.items()))


def test_toml_and_json_give_the_same_configuration() -> None:
    assert from_json(MINIMAL) == from_toml(MINIMAL)


def test_what_is_not_said_has_the_documented_value() -> None:
    config = from_toml(MINIMAL)
    assert (config.queue.priority_every, config.queue.max_wait_minutes) == (2, 45)
    assert [(s.opens, s.closes) for s in config.calendar.shifts] == [
        ("07:30", "11:30"),
        ("13:30", "17:00"),
    ]
    assert config.services[0].digits == 3


def test_things_are_found_by_their_names() -> None:
    config = from_toml(MINIMAL)
    assert config.service("HT") is config.services[1]
    assert config.counter(2) is config.counters[1]
    assert config.officer("hanh") is config.officers[0]
    assert config.service("XX") is None
    assert config.counter(9) is None
    assert config.officer("nobody") is None


@pytest.mark.parametrize("read", [from_json, from_toml])
@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("widht", 3, "unknown field `widht`"),
        ("queue.max_wait", 3, "unknown field `max_wait` - at `$.queue`"),
        ("services.1.colour", "red", "unknown field `colour` - at `$.services[...]`"),
        ("calendar.shifts", [{"opens": "07:30", "close": "11:30"}], "`$.calendar.shifts[...]`"),
        ("services", [], "`$.services`"),
        ("counters", [], "`$.counters`"),
        ("name", "", "`$.name`"),
        ("services.0.digits", 5, "`$.services[...].digits`"),
        ("services.0.series", "a", "`$.services[...].series`"),
        ("services.0.series", "A\n", "`$.services[...].series`"),
        ("services.0.code", "ct", "`$.services[...].code`"),
        ("services.0.state", "closed", "`$.services[...].state`"),
        ("counters.0.number", 0, "`$.counters[...].number`"),
        ("counters.0.services", [], "`$.counters[...].services`"),
        ("officers.0.pin_scrypt", "246810", "`$.officers[...].pin_scrypt`"),
        ("queue.priority_every", 0, "`$.queue.priority_every`"),
        ("rating.scale", 4, "`$.rating.scale`"),
        ("officers.0.roles", ["officer", "boss"], "`$.officers[...].roles[...]`"),
        ("services.1.effective_from", "2026-02-30", "2026-02-30 is not a day - at `$.services[1]"),
        ("calendar.days_off", [{"day": "2027-02-29", "name": "x"}], "`$.calendar.days_off[0].day`"),
        ("calendar.work_days", [{"day": "2026-13-01"}], "`$.calendar.work_days[0].day`"),
        ("voice.volume_db", 3, "`$.voice.volume_db`"),
        ("calendar.cut_over", "24:00", "`$.calendar.cut_over`"),
        ("calendar.cut_over", "٠٧:٣٠", "`$.calendar.cut_over`"),
        ("calendar.days_off", [{"day": "2/9", "name": "x"}], "`$.calendar.days_off[...].day`"),
        ("priorities", ["vip"], "`$.priorities[...]`"),
        ("counters.1.services", ["HT", "XD"], "XD is not defined - at `$.counters[1].services`"),
        ("services.1.code", "CT", "CT occurs twice - at `$.services[...].code`"),
        ("services.1.series", "A", "A occurs twice - at `$.services[...].series`"),
        ("counters.1.number", 1, "1 occurs twice - at `$.counters[...].number`"),
        ("officers", MINIMAL["officers"] * 2, "hanh occurs twice - at `$.officers[...].id`"),
        (
            "calendar.shifts",
            [{"opens": "13:30", "closes": "11:30"}],
            "13:30 is not before 11:30 - at `$.calendar.shifts[0]`",
        ),
        (
            "calendar.shifts",
            [{"opens": "07:30", "closes": "11:30", "issue_from": "12:00"}],
            "12:00 is not before 11:30 - at `$.calendar.shifts[0]`",
        ),
        (
            "calendar.shifts",
            [
                {
                    "opens": "07:30",
                    "closes": "11:30",
                    "valid_from": "2027-01-01",
                    "valid_to": "2026-01-01",
                }
            ],
            "2027-01-01 is after 2026-01-01 - at `$.calendar.shifts[0]`",
        ),
        (
            "calendar.shifts",
            [{"opens": "07:30", "closes": "11:30", "valid_to": "2026-06-31"}],
            "2026-06-31 is not a day - at `$.calendar.shifts[0].valid_to`",
        ),
    ],
)
def test_a_refusal_names_the_path(read: Any, path: str, value: object, said: str) -> None:
    with pytest.raises(SiteConfigError) as refusal:
        read(changed(path, value))
    assert str(refusal.value).startswith("site configuration: ")
    # the path's indexes are msgspec's affair; the two of our own making are looked at as they are
    assert said in str(refusal.value) or said in re.sub(r"\[\d+\]", "[...]", str(refusal.value))


@pytest.mark.parametrize("text", ["name =", "name = 'x'\nname = 'y'", "\0", "[[services]]\nx"])
def test_a_file_that_is_not_toml_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(SiteConfigError, match="site configuration: "):
        siteconfig.load_toml(text)


@pytest.mark.parametrize("text", [b"", b"{", b"\xff", b'{"name":"\xff"}', "[]"])
def test_a_desired_configuration_that_is_not_json_is_refused(text: bytes | str) -> None:
    with pytest.raises(SiteConfigError, match="site configuration: "):
        siteconfig.load_json(text)
