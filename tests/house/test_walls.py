"""The walls between rooms: import-linter's contracts, and two that it cannot say."""

import re
import subprocess
import sys

from tests.house.tree import ROOT, SOURCE, files, imports, module_of, name_of

LINT = "from importlinter.cli import lint_imports_command as run; run()"
DOMAINS = {"rounds", "cases", "zones", "relief", "forces", "oversight", "notices"}


def test_contracts_are_kept():
    """pyproject.toml holds the contracts; there is no list of exceptions."""
    run = subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache", "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "ignore_imports" not in (ROOT / "pyproject.toml").read_text("utf-8")


def test_only_command_reads_across_rooms():
    """A room's reads are its own; command alone puts the figures of several rooms on one page."""
    crossing = []
    for path in files(".py", under=("src",)):
        module = module_of(path)
        room = module.split(".")[1] if "." in module else ""
        for name in imports(path):
            parts = name.split(".")
            if len(parts) > 2 and parts[1] in DOMAINS and parts[2] == "reads" and room not in {parts[1], "command"}:
                crossing.append(f"{module} imports {name}")
    assert crossing == []


def test_the_rehearsal_knows_only_how_ids_are_built():
    """It drives the HTTP interface as a stranger would: else a drill proves nothing about the interface."""
    known = ("bulou.rehearsal", "bulou.ledger.areas", "bulou.ledger.labels")
    prying = [
        f"{module_of(path)} imports {name}"
        for path in sorted((SOURCE / "rehearsal").rglob("*.py"))
        for name in imports(path)
        if not (name + ".").startswith(tuple(f"{root}." for root in known))
    ]
    assert prying == []


def test_who_opens_a_workbook_asks_first_how_large_it_becomes():
    """A library makes of a small file what it is told to; the guard says what the reader can bear."""
    openers = re.compile(r"\b(load_workbook|read_excel|read_ods|open_workbook|ZipFile|ExcelReader)\(")
    guard = SOURCE / "places" / "workbook_guard.py"
    opening = [
        path for path in files(".py", under=("src",)) if openers.search(path.read_text("utf-8")) and path != guard
    ]
    guarded = {path for path in files(".py", under=("src",)) if "workbook_guard.check(" in path.read_text("utf-8")}
    readers = {
        f"bulou.places.workbook_{kind}" for kind in ("xlsx", "old", "ods")
    }  # of places.workbook, which asks first
    using = {path for path in files(".py", under=("src",)) if readers & set(imports(path))}
    unguarded = [name_of(path) for path in opening if path not in guarded and module_of(path) not in readers]
    assert opening and unguarded == [] and using <= guarded
