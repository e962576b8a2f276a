"""What every page of the hub is built with; made once, in `app.create_app`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from motcua_hub.config import HubConfig
from motcua_hub.reporting.apart import Checker
from motcua_hub.web.security.passwords import Passwords
from motcua_hub.web.texts import Texts

Clock = Callable[[], int]
"""Returns UTC milliseconds."""


@dataclass(frozen=True, kw_only=True)
class Hub:
    """The parts that pages share."""

    engine: Engine
    config: HubConfig
    clock: Clock
    texts: Texts
    passwords: Passwords
    checker: Checker

    @property
    def state_dir(self) -> Path:
        """Where the setup token lies."""
        return Path(self.config.state_dir)
