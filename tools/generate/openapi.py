"""docs/openapi.yaml: every operation of the hub's API."""

import msgspec
import yaml

from motcua_hub.web.api.openapi import document
from motcua_hub.web.api.resources.table import OPERATIONS
from motcua_hub.web.api.serve import PREFIX

_HEAD = "# Generated from hub/motcua_hub/web/api by `make docs`; changes by hand are lost.\n"


def render() -> str:
    """The whole file."""
    plain = msgspec.json.decode(msgspec.json.encode(document(OPERATIONS, PREFIX)))
    return _HEAD + yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=100)
