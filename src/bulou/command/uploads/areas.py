"""An area table as a file: every row checked, each fault named by row and column; taken as a whole or not at all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

from bulou.ledger.areas import area_id, is_area, level, parent, span
from bulou.ledger.scope import Ranges, covers
from bulou.places import text_file
from bulou.places.models import Area
from bulou.places.text_file import UnreadableFile

TITLES = ("id", "name", "name_en", "code", "x", "y")
#: So long a name of an area may be.
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that cannot be taken: its line in the file, the column, what is wrong, and what stands there.

    ``what``: id, twice, name, same_name, parent, beyond, number or long; the page says it in words.
    """

    line: int
    column: str
    what: str
    found: str


@dataclass(slots=True)
class Table:
    """What a file says. ``rows`` are for ``places.actions.load_areas``; ``levels``: how many areas of each level."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    levels: dict[int, int] = field(default_factory=dict)
    new: int = 0
    changed: int = 0
    same: int = 0


def read(path: Path, ranges: Ranges) -> Table:
    """Read and check an area table.

    Parameters:
        ranges: the areas of whoever brings it; beyond them nothing is added or renamed.

    Raises:
        UnreadableFile: it is no text table, or lacks the columns id and name.
    """
    form = text_file.form_of(path, lambda cells: sum(cell.strip().lower() in TITLES for cell in cells))
    lines = text_file.rows(path, form)
    head = [cell.strip().lstrip("\ufeff").lower() for cell in next(lines, [])]
    if not {"id", "name"} <= set(head):
        raise UnreadableFile(
            "第一行应为表头，至少有 id 和 name 两列 / the first row must be the header, with id and name at least"
        )
    at = {name: head.index(name) for name in TITLES if name in head}
    known = {
        row[0]: row[1:] for row in Area.objects.values_list("id", "name", "name_en", "code", "x", "y", "closed_at")
    }
    named = {(parent(id_), row[0]): id_ for id_, row in known.items() if row[-1] is None}
    table = Table()
    seen: set[int] = set()
    listed: list[tuple[int, int]] = []
    for line, cells in enumerate(lines, 2):
        given = {name: cells[column].strip() if column < len(cells) else "" for name, column in at.items()}
        if not any(given.values()):
            continue
        row = _row(table, line, given, ranges)
        if row is None:
            continue
        if row["id"] in seen:
            table.faults.append(Fault(line, "id", "twice", given["id"]))
            continue
        seen.add(row["id"])
        above = (parent(row["id"]), row["name"])
        if named.setdefault(above, row["id"]) != row["id"]:
            table.faults.append(Fault(line, "name", "same_name", row["name"]))
        listed.append((line, row["id"]))
        table.rows.append(row)
        _counted(table, row, known.get(row["id"]))
    for line, id_ in listed:
        if (above_ := parent(id_)) and above_ not in seen and above_ not in known:
            table.faults.append(Fault(line, "id", "parent", str(id_)))
    table.faults.sort(key=lambda one: one.line)
    table.levels = dict(sorted(Counter(level(row["id"]) for row in table.rows).items()))
    return table


def _row(table: Table, line: int, given: dict[str, str], ranges: Ranges) -> dict[str, Any] | None:
    """Return a row, or None after its fault was noted."""

    def fault(column: str, what: str) -> None:
        table.faults.append(Fault(line, column, what, given.get(column, "")[:40]))

    text = given["id"]
    id_ = int(text) if text.isascii() and text.isdigit() and len(text) <= 16 else 0
    if not is_area(id_):
        return fault("id", "id")
    if not all(covers(ranges, end) for end in span(id_)):
        return fault("id", "beyond")
    if not given["name"]:
        return fault("name", "name")
    if wide := next((name for name in ("name", "name_en", "code") if len(given.get(name, "")) > LONGEST), ""):
        return fault(wide, "long")
    row: dict[str, Any] = {"id": id_, **{name: given.get(name, "") for name in ("name", "name_en", "code")}}
    for name in ("x", "y"):
        try:
            row[name] = float(given.get(name) or 0)
        except ValueError:
            return fault(name, "number")
        if not isfinite(row[name]):
            return fault(name, "number")
    return row


def _counted(table: Table, row: dict[str, Any], before: tuple[Any, ...] | None) -> None:
    if before is None:
        table.new += 1
    elif before[:5] == (row["name"], row["name_en"], row["code"], row["x"], row["y"]):
        table.same += 1
    else:
        table.changed += 1


def example() -> str:
    """Return the beginning of an area table, to be filled in."""
    rows = (
        (area_id(104), "某区", "Some District"), (area_id(104, 1), "某街道", "Some Street"),
        (area_id(104, 1, 1), "某居委会", ""), (area_id(104, 1, 1, 1), "某小区", ""),
        (area_id(104, 1, 1, 1, 1), "1号楼", ""),
    )  # fmt: skip
    return "\n".join(["id,name,name_en", *(f"{id_},{name},{en}" for id_, name, en in rows)])
