"""docs/asyncapi.yaml: every topic, message and fact."""

from typing import Any

import yaml

from motcua_contract import asyncapi

_HEAD = "# Generated from contract/motcua_contract by `make docs`; changes by hand are lost.\n"


class _Plain(yaml.SafeDumper):
    """Writes everything out: anchors save bytes and cost readers."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ANN401, ARG002
        return True


def render() -> str:
    """The whole file."""
    text = yaml.dump(
        asyncapi.document(), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=100
    )
    return _HEAD + text
