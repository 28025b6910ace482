"""Which tests a change touches, for `make quick`: python -m tests.touched [base] prints their paths."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: Always: they take seconds.
ALWAYS = ("tests/rules", "tests/house")


def touched(changed: Iterable[str], tests: Iterable[str]) -> list[str]:
    """Return the test modules that changed, and those that import a module that changed by its own name.

    Parameters:
        changed: paths of the repository. tests: paths of test modules, among which is chosen.
    """
    changed = list(changed)
    modules = {_module(path) for path in changed if path.endswith(".py") and path.startswith(("src/", "tests/"))}
    found = []
    for test in sorted(tests):
        if test in changed or modules & _imported(ROOT / test):
            found.append(test)
    return found


def _module(path: str) -> str:
    return path.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _imported(path: Path) -> set[str]:
    """Return the dotted names that a test module imports, with each of their parts that may be a module."""
    names: set[str] = set()
    if path.exists():
        for line in re.findall(
            r"^\s*(?:from (\S+) import ([^(\n]+|\([^)]*\))|import (\S+))", path.read_text("utf-8"), re.M
        ):
            package, members, plain = line
            names.add(package or plain)
            names |= {f"{package}.{name}" for name in re.findall(r"\w+", members) if package}
    return names


def changes(base: str) -> list[str]:
    """Return the paths that differ from a commit, and those that are new and not yet added."""
    asked = (["diff", "--name-only", base], ["ls-files", "--others", "--exclude-standard"])
    told = [subprocess.run(["git", *one], cwd=ROOT, check=True, capture_output=True, text=True).stdout for one in asked]
    return [line for text in told for line in text.splitlines()]


def main(base: str = "HEAD") -> list[str]:
    """Return what `make quick` runs: rules, house, and the rooms' and doors' tests that the change touches."""
    quick = [path.relative_to(ROOT).as_posix() for room in ("rooms", "doors", "laws", "security")
             for path in (ROOT / "tests" / room).glob("test_*.py")]  # fmt: skip
    return [*ALWAYS, *touched(changes(base), quick)]


if __name__ == "__main__":
    print(*main(*sys.argv[1:2]), sep="\n")
