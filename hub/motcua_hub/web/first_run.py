"""The first run: a hub without an account writes a one-time token and waits at `/setup`."""

from pathlib import Path

from sqlalchemy import Engine

from motcua_hub.store.engine import reading
from motcua_hub.web.security.accounts import any_account
from motcua_hub.web.security.setup_token import discard_setup_token, ensure_setup_token


def prepare_first_run(engine: Engine, state_dir: Path) -> str | None:
    """Return the setup token while there is no account (made if need be); None afterwards."""
    with reading(engine) as connection:
        done = any_account(connection)
    if done:
        discard_setup_token(state_dir)
        return None
    return ensure_setup_token(state_dir)
