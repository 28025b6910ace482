"""On which line of a file in TOML a table or a value stands. The library that reads the file does not say."""

from __future__ import annotations

import re

#: ``[a.b]`` or ``[[a.b]]``; ``key =`` with a bare or quoted key.
TABLE = re.compile(r"^\s*\[(\[)?\s*([\w.\-\"' ]+?)\s*\]\]?\s*(?:#.*)?$")
KEY = re.compile(r"^\s*([\w\-]+|\"[^\"]*\"|'[^']*')\s*=")
#: A place in a file: names of tables and keys, and the place in a list of tables.
Path = tuple[str | int, ...]


def lines_of(text: str) -> dict[Path, int]:
    """Return the line of each table and of each key that begins one, by its place."""
    found: dict[Path, int] = {(): 1}
    many: dict[Path, int] = {}
    here: Path = ()
    inside = ""
    for number, line in enumerate(text.splitlines(), 1):
        if inside:  # a text over several lines
            inside = "" if inside in line else inside
            continue
        if table := TABLE.match(line):
            here = _place(table[2], many, found, bool(table[1]))
            found.setdefault(here, number)
        elif key := KEY.match(line):
            found.setdefault((*here, key[1].strip("\"'")), number)
            inside = next((sign for sign in ('"""', "'''") if line.count(sign) == 1), "")
    return found


def _place(name: str, many: dict[Path, int], found: dict[Path, int], again: bool) -> Path:
    """Return the place of a table by its dotted name: of lists of tables the latest one is meant."""
    parts, path = [part.strip().strip("\"'") for part in name.split(".")], ()
    for n, part in enumerate(parts):
        path = (*path, part)
        last = n == len(parts) - 1
        if last and again:
            many[path] = many.get(path, -1) + 1
            for known in [one for one in many if len(one) > len(path) and one[: len(path)] == path]:
                del many[known]  # lists inside the one before
        if path in many:
            path = (*path, many[path])
    return path


def line_at(lines: dict[Path, int], path: Path) -> int:
    """Return the line of a place, or of the nearest one around it."""
    while path not in lines and path:
        path = path[:-1]
    return lines.get(path, 1)
