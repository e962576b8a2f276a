"""Reports at the command line."""

import argparse
import sys
from pathlib import Path

from motcua_hub.cli.database import opened
from motcua_hub.cli.programs import claim
from motcua_hub.config import HubConfig
from motcua_hub.ingest.messages import now_ms
from motcua_hub.reporting.child import draw as drawing
from motcua_hub.reporting.child import modest


def draw(config: HubConfig, _options: argparse.Namespace) -> int:
    """Make every report that is due, in this process; the hub may be running."""
    with claim(config), opened(config) as engine:
        modest()
        for entry in drawing(engine, Path(config.state_dir), now_ms()):
            sys.stdout.write(f"{entry.number} version {entry.version}: {entry.sha256}\n")
    return 0
