"""Who may import whom, and what a driver is made of."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from support.tree import ROOT, parsed

DRIVERS = ROOT / "edge" / "motcua_edge" / "drivers"
FOLDERS = sorted(path for path in DRIVERS.iterdir() if (path / "__init__.py").exists())


def test_every_import_contract_holds() -> None:
    program = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(
        [program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def classes(path: Path) -> list[ast.ClassDef]:
    return [node for node in parsed(path).body if isinstance(node, ast.ClassDef)]


def bases(node: ast.ClassDef) -> set[str]:
    return {ast.unparse(base).split("[")[0].split(".")[-1] for base in node.bases}


def exported(folder: Path) -> set[str]:
    imported = [n for n in parsed(folder / "__init__.py").body if isinstance(n, ast.ImportFrom)]
    return {alias.asname or alias.name for node in imported for alias in node.names}


def test_there_are_drivers() -> None:
    assert {"clock", "printer", "voice"} <= {folder.name for folder in FOLDERS}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_driver_has_a_port_a_real_class_and_a_fake(folder: Path) -> None:
    assert (folder / "port.py").exists(), "port.py holds the Protocol and its errors"
    assert any("Protocol" in bases(node) for node in classes(folder / "port.py"))
    assert (folder / "fake.py").exists(), "a driver is developed and tested without its device"
    assert classes(folder / "fake.py")
    real = [p for p in folder.glob("*.py") if p.stem not in {"__init__", "port", "fake"}]
    assert any(classes(path) for path in real), "only a fake drives nothing"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_drivers_package_offers_its_port_and_its_fake(folder: Path) -> None:
    offered = exported(folder)
    ports = {node.name for node in classes(folder / "port.py") if "Protocol" in bases(node)}
    fakes = {node.name for node in classes(folder / "fake.py")}
    assert offered & ports, f"export one of {sorted(ports)}"
    assert offered & fakes, f"export one of {sorted(fakes)}"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_fake_says_what_it_cannot_do(folder: Path) -> None:
    tree = parsed(folder / "fake.py")
    said = [ast.get_docstring(node) or "" for node in [tree, *classes(folder / "fake.py")]]
    words = ("cannot", "does not", "do not", "no ", "never", "nothing", "without", "not ")
    assert any(word in text for text in said for word in words), "its docstring names its limits"
