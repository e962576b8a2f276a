"""The compiled firmware, once for all files of this folder."""

from pathlib import Path

import pytest

from support.padboard import built


@pytest.fixture(scope="session")
def firmware(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("firmware"))
