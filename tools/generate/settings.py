"""docs/configuration.md: every key of the four configuration files, with limits and defaults.

Types, limits and defaults come from the structs that read the files; what a key means comes from
settings.toml beside this module. A key without a meaning, or a meaning without a key, stops it.
"""

import tomllib
from collections.abc import Iterable, Iterator
from enum import EnumMeta
from pathlib import Path
from typing import Any

import msgspec
from msgspec import inspect

from motcua_contract.identity import END
from motcua_contract.siteconfig import SiteConfig
from motcua_edge.config import AgentConfig
from motcua_hub.config import HubConfig
from motcua_hub.sending.watchman.config import WatchmanConfig

FILES: dict[str, tuple[str, type[msgspec.Struct]]] = {
    "edge": ("The agent on the Pi: `motcua-edge … --config edge.toml`", AgentConfig),
    "site": ("The office: the file that `site_file` names, or the hub's wish", SiteConfig),
    "hub": ("The hub: `motcua-hub … --config hub.toml`", HubConfig),
    "watchman": (
        "The watchman on a second machine: `motcua-hub watchman --config watchman.toml`",
        WatchmanConfig,
    ),
}
MEANINGS = Path(__file__).with_name("settings.toml")
_HEAD = """# Configuration

<!-- Generated from the code and tools/generate/settings.toml by `make docs`. -->

All files are TOML. A key that is not listed here is refused, with its path and the file's name,
because a misspelt limit is a limit that does not hold. What is not said has the default. Relative
paths in the agent's and the hub's file are relative to that file. `[]` in a name stands for every
entry of a list.
"""


class MeaningError(ValueError):
    """settings.toml and the structs disagree; the message names the keys."""


class Setting(msgspec.Struct, frozen=True):
    """One key of a file."""

    path: str
    kind: str
    default: str


def settings(kind: type[msgspec.Struct], prefix: str = "") -> Iterator[Setting]:
    """Every key below a struct, those of sections and of entries of lists included."""
    for field in inspect.type_info(kind).fields:  # type: ignore[attr-defined]
        path = f"{prefix}{field.encode_name}"
        yield Setting(path, _kind(field.type), _default(field))
        below, mark = _section(field.type)
        if below is not None:
            yield from settings(below, f"{path}{mark}.")


def _section(kind: inspect.Type) -> tuple[type[msgspec.Struct] | None, str]:
    """The struct inside a section (or an optional one), or of the entries of a list or table."""
    match kind:
        case inspect.StructType():
            return kind.cls, ""
        case inspect.UnionType():
            found = [_section(part) for part in kind.types]
            return next((f for f in found if f[0] is not None), (None, ""))
        case inspect.VarTupleType() | inspect.ListType():
            return _section(kind.item_type)[0], "[]"
        case inspect.DictType():
            return _section(kind.value_type)[0], "{}"
        case _:
            return None, ""


def _kind(kind: inspect.Type) -> str:
    match kind:
        case inspect.IntType() | inspect.FloatType():
            words = _number(kind)
        case inspect.BoolType():
            words = "true or false"
        case inspect.StrType():
            # the lookahead only shuts out a final line break; readers need not see it
            shown = (kind.pattern or "").replace(END, "$")
            words = f"text like `{shown}`" if shown else "text"
        case inspect.LiteralType():
            words = _one_of(kind.values)
        case inspect.EnumType():
            words = _one_of(_values(kind.cls))
        case inspect.StructType():
            words = "section"
        case inspect.DictType():
            words = "table of " + _kind(kind.value_type).replace("section", "sections")
        case inspect.VarTupleType() | inspect.ListType():
            words = "list of " + _kind(kind.item_type).replace("section", "sections")
        case inspect.UnionType():
            parts = [_kind(p) for p in kind.types if not isinstance(p, inspect.NoneType)]
            words = " or ".join(parts) + ", or nothing"
        case _:
            msg = f"no words for {kind!r}"
            raise MeaningError(msg)
    return words


def _one_of(values: Iterable[object]) -> str:
    return "one of " + ", ".join(f"`{value}`" for value in values)


def _values(kind: EnumMeta) -> list[str]:
    return [str(member.value) for member in kind]  # type: ignore[attr-defined]


def _number(kind: inspect.IntType | inspect.FloatType) -> str:
    name = "whole number" if isinstance(kind, inspect.IntType) else "number"
    limits = [
        text.format(value)
        for text, value in (
            ("≥ {}", kind.ge),
            ("> {}", kind.gt),
            ("≤ {}", kind.le),
            ("< {}", kind.lt),
        )
        if value is not None
    ]
    return " ".join([name, *limits])


def _default(field: inspect.Field) -> str:
    if field.required:
        return "**required**"
    if field.default_factory is not msgspec.NODEFAULT:
        value = field.default_factory()
    else:
        value = field.default
    if value is None:
        return "nothing"
    if isinstance(value, msgspec.Struct):
        return ""
    return f"`{msgspec.json.encode(value).decode()}`".replace("|", "\\|")


def load_meanings() -> dict[str, dict[str, str]]:
    """What each key means, by file and path."""
    return tomllib.loads(MEANINGS.read_text(encoding="utf-8"))


def disagreements() -> list[str]:
    """Keys without a meaning and meanings without a key, as `file: path`."""
    meanings = load_meanings()
    odd: list[str] = []
    for name, (_, kind) in FILES.items():
        keys = {setting.path for setting in settings(kind)}
        odd += [f"{name}: {path}" for path in sorted(keys ^ set(meanings.get(name, {})))]
    return odd


def _rows(name: str, meanings: dict[str, str]) -> Iterator[str]:
    yield "| key | value | default | meaning |"
    yield "|---|---|---|---|"
    for setting in settings(FILES[name][1]):
        kind = setting.kind.replace("|", "\\|")
        yield f"| `{setting.path}` | {kind} | {setting.default} | {meanings[setting.path]} |"


def render() -> str:
    """The whole file; MeaningError when a key was forgotten."""
    odd = disagreements()
    if odd:
        msg = f"{MEANINGS.name} and the structs disagree about: " + "; ".join(odd)
        raise MeaningError(msg)
    meanings: dict[str, Any] = load_meanings()
    parts = [_HEAD]
    for name, (title, _) in FILES.items():
        parts.append(f"## {title}\n\n" + "\n".join(_rows(name, meanings[name])) + "\n")
    return "\n".join(parts)
