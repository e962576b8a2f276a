"""Tokens of programs that use the API."""

import argparse
import sys
from typing import Final

from motcua_hub.cli.database import opened
from motcua_hub.cli.people import RefusedError
from motcua_hub.config import HubConfig
from motcua_hub.ingest.messages import now_ms
from motcua_hub.web.security.tokens import (
    READ,
    WRITE,
    TokenRefusedError,
    create_api_token,
    revoke_api_token,
)

_DAY_MS: Final = 86_400_000


def issue(config: HubConfig, options: argparse.Namespace) -> int:
    """Print a new token; it is shown this once."""
    now = now_ms()
    until = now + options.days * _DAY_MS if options.days else None
    with opened(config) as engine:
        try:
            token = create_api_token(
                engine,
                options.name,
                now,
                account=options.account,
                expires_at=until,
                scope=WRITE if options.write else READ,
            )
        except TokenRefusedError as error:
            raise RefusedError(str(error)) from error
    sys.stdout.write(token + "\n")
    return 0


def revoke(config: HubConfig, options: argparse.Namespace) -> int:
    """End a token."""
    with opened(config) as engine:
        if not revoke_api_token(engine, options.name, now_ms()):
            msg = f"there is no living token named {options.name!r}; the settings page lists them"
            raise RefusedError(msg)
    return 0
