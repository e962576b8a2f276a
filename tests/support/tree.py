"""The project's own files, for tests about the project."""

import ast
import functools
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = ("contract", "edge", "hub", "provisioning", "tools")


@functools.cache
def tracked(suffix: str = "") -> tuple[Path, ...]:
    """Files that git knows (or is about to: untracked ones that are not ignored), sorted."""
    done = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "-co", "--exclude-standard"],
        capture_output=True,
        check=True,
    )
    names = done.stdout.decode().split("\0")
    paths = (ROOT / name for name in names if name.endswith(suffix) and name)
    return tuple(sorted(path for path in paths if path.is_file()))


@functools.cache
def code() -> tuple[Path, ...]:
    """Our Python outside of tests."""
    return tuple(path for path in tracked(".py") if path.relative_to(ROOT).parts[0] in CODE)


@functools.cache
def suites() -> tuple[Path, ...]:
    """The tests' Python."""
    return tuple(path for path in tracked(".py") if path.relative_to(ROOT).parts[0] == "tests")


@functools.cache
def parsed(path: Path) -> ast.Module:
    """A file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def name(path: Path) -> str:
    """A path as seen from the root."""
    return str(path.relative_to(ROOT))
