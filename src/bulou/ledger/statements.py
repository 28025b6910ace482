"""Reads named SQL statements from a room's ``sql/*.sql`` files.

A file holds statements headed by ``-- name: NAME``; the comment lines below the head describe the statement.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def statements(package: str, file: str) -> dict[str, str]:
    """Return the statements of ``package``'s ``sql/<file>.sql`` by name.

    Raises:
        FileNotFoundError: no such file.
        ValueError: a statement without a name, or a name twice.
    """
    text = files(package).joinpath("sql", f"{file}.sql").read_text("utf-8")
    head, *blocks = text.split("-- name: ")
    if any(row.strip() and not row.startswith("--") for row in head.splitlines()):
        raise ValueError(f"{package} {file}.sql: a statement without a name")
    found: dict[str, str] = {}
    for block in blocks:
        name, _, body = block.partition("\n")
        if name.strip() in found:
            raise ValueError(f"{package} {file}.sql: {name.strip()} twice")
        found[name.strip()] = body.strip()
    return found
