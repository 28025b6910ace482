"""The walls between rooms: import-linter's contracts, and two that it cannot say."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from bulou.config import rooms
from tests.house.tree import ROOT, SOURCE, files, imports, module_of, name_of

LINT = "from importlinter.cli import lint_imports_command as run; run()"
DOMAINS = {"rounds", "cases", "roster", "zones", "relief", "forces", "oversight", "notices"}
#: What looks across rooms.
ACROSS = {"command", "residents"}


def test_contracts_are_kept():
    """pyproject.toml holds the contracts; there is no list of exceptions."""
    run = subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache", "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "ignore_imports" not in (ROOT / "pyproject.toml").read_text("utf-8")


def test_only_command_reads_across_rooms():
    """A room's reads are its own; command, and the resident's page of one household, put several rooms on one page."""
    crossing = []
    for path in files(".py", under=("src",)):
        module = module_of(path)
        room = module.split(".")[1] if "." in module else ""
        for name in imports(path):
            parts = name.split(".")
            if len(parts) > 2 and parts[1] in DOMAINS and parts[2] == "reads" and room not in {parts[1], *ACROSS}:
                crossing.append(f"{module} imports {name}")
    assert crossing == []


def test_the_rehearsal_knows_only_how_ids_are_built():
    """It drives the HTTP interface as a stranger would: else a drill proves nothing about the interface."""
    known = ("bulou.rehearsal", "bulou.ledger.areas", "bulou.ledger.check_digit")
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


def test_templates_use_only_what_lies_below():
    """import-linter cannot see templates: what a page extends or includes lies in its own room or on a floor below."""
    names = {}
    for page in files(".html", under=("src",)):
        room = page.relative_to(SOURCE).parts[0]
        if "templates" in page.parts:
            names["/".join(page.parts[page.parts.index("templates") + 1 :])] = room
    floors = {name: n for n, name in enumerate(rooms.FLOORS)}
    floors |= dict.fromkeys(rooms.ROOMS, floors[rooms.ROOMS[0]]) | dict.fromkeys(("field", "desk"), floors["field"])
    used, wrong = 0, []
    for page in files(".html", under=("src",)):
        room = page.relative_to(SOURCE).parts[0]
        for name in re.findall(r"{% (?:include|extends) ['\"]([\w/.-]+)", page.read_text("utf-8")):
            used += 1
            of = names[name]
            if of != room and floors[of] >= floors[room]:
                wrong.append(f"{name_of(page)} uses {name} of {of}")
    assert used > 100 and wrong == []


def test_what_is_imported_is_declared():
    """A bare machine has what pyproject.toml names, and not what another package happens to bring along."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = {re.split(r"[\[~=<>;! ]", line)[0].lower().replace("_", "-") for line in declared["dependencies"]}
    brought = packages_distributions()
    seen, missing = set(), set()
    for path in files(".py", under=("src",)):
        if module_of(path) in FOR_DEVELOPMENT:
            continue
        for top in _packages(path) - sys.stdlib_module_names - {"bulou"}:
            seen.add(top)
            if not {one.lower().replace("_", "-") for one in brought.get(top, [top])} & named:
                missing.add(f"{module_of(path)} imports {top}")
    assert len(seen) > 10 and missing == set()


def _packages(path: Path) -> set[str]:
    nodes = [*ast.walk(ast.parse(path.read_text("utf-8")))]
    named = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    named += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level]
    return {name.split(".")[0] for name in named}


#: Run by developers alone; what they import is among the tools of development.
FOR_DEVELOPMENT = {"bulou.config.translations"}
