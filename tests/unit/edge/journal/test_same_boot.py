"""A start knows whether the machine was off since the last one."""

from pathlib import Path

import msgspec
import pytest

from motcua_edge.journal import Journal
from support.journals import ORIGIN, instant


@pytest.mark.parametrize(("boot", "same"), [("boot-1", True), ("boot-2", False)])
def test_only_a_start_in_the_same_boot_is_sure_of_its_card(
    tmp_path: Path, boot: str, same: bool
) -> None:
    path = tmp_path / "journal.sqlite3"
    first = Journal.open(path, ORIGIN, instant())
    assert not first.opened.same_boot
    first.close()
    again = Journal.open(path, ORIGIN, msgspec.structs.replace(instant(), boot=boot))
    assert again.opened.same_boot is same
    again.close()
