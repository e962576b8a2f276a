"""A second machine with the same card: its own board, boot, printer and cable, one certificate."""

import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from demo.cable import Cable
from demo.processes import free_port
from demo.stack import SiteStack, Stack

_ANOTHER_BOARD = (
    'mount --bind "$0" /etc/machine-id && mount --bind "$1" /proc/sys/kernel/random/boot_id'
    ' && shift && exec "$@"'
)


def why_not() -> str:
    """Why no program can be shown another board here; empty when one can."""
    if os.geteuid() != 0:
        return "another board's serial and boot id need root (a mount namespace)"
    return "" if shutil.which("unshare") and Path("/etc/machine-id").exists() else "no unshare"


def on_board(site: SiteStack, name: str) -> None:
    """From its next start on, the office's program finds itself on board `name`, freshly booted."""
    serial, boot = site.folder / f"serial-{name}", site.folder / f"boot-{uuid.uuid4().hex}"
    serial.write_text(f"board-{name}\n")
    boot.write_text(f"{uuid.uuid4()}\n")
    command = site.edge.command
    plain = command[command.index("--") + 1 :] if "--" in command else command
    script = _ANOTHER_BOARD.replace("shift", "shift 2")
    site.edge.command = [
        *("unshare", "--mount", "sh", "-c", script, str(serial), str(boot), "--"),
        *plain,
    ]


@contextmanager
def second_machine(stack: Stack, site: SiteStack, name: str) -> Iterator[SiteStack]:
    """The same office on another machine, with a state directory yet to be filled; not started."""
    folder = site.folder.with_name(f"{site.folder.name}-{name}")
    folder.mkdir()
    twin = SiteStack(site.office, folder, free_port())
    cable = Cable(stack.broker_port)
    cable.start()
    twin.cable = cable
    twin.slips.mkdir()
    twin.sound.mkdir()
    twin.clock_file.write_text("ntp")
    shutil.copy(site.folder / "site.json", folder / "site.json")
    twin.config.write_text(_moved(site, twin, cable.port))
    twin.start_printer()
    try:
        yield twin
    finally:
        twin.edge.stop()
        twin.printer.stop()
        cable.stop()


def _moved(site: SiteStack, twin: SiteStack, broker_port: int) -> str:
    """The first machine's configuration, with this one's folder and ports."""
    assert site.cable is not None
    text = site.config.read_text().replace(f"{site.folder}/", f"{twin.folder}/")
    text = re.sub(rf"^port = {site.port}$", f"port = {twin.port}", text, flags=re.MULTILINE)
    return re.sub(rf"^port = {site.cable.port}$", f"port = {broker_port}", text, flags=re.MULTILINE)


def copy_card(source: SiteStack, target: SiteStack) -> None:
    """The target's card becomes a copy of the source's, which must stand still."""
    assert not source.edge.running, "a card is cloned with the machine off"
    burn(source.state_dir, target.state_dir)


def burn(image: Path, state_dir: Path) -> None:
    """Write an image of a card; whatever was there is gone."""
    shutil.rmtree(state_dir, ignore_errors=True)
    if image.exists():
        shutil.copytree(image, state_dir)
