"""What an import would make of a list, without writing anything."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from bulou.places.identity import masked
from bulou.places.roster_rows import List, Row, explain, left, sheets
from bulou.places.vocabulary import FIELDS, need_names


@dataclass(frozen=True)
class Preview:
    """What an import would read: form, mapping, first rows as understood, counts over ``looked_at`` rows.

    ``unread`` are columns that are not read; ``sheets`` and ``left`` say the same of the whole file as far as it was
    looked at; ``flags`` counts cells that would be left, by code.
    """

    encoding: str
    header_row: int
    mapping: dict[str, str]
    unread: list[str]
    missing: list[str]
    within: int
    looked_at: int
    complete: bool
    good: int
    refused: int
    skipped: int
    by_code: dict[int, int]
    flags: dict[int, int]
    sheets: list[dict[str, Any]]
    left: list[dict[str, Any]]
    first: list[dict[str, Any]]


def preview(listed: List, show: int = 10, look_at: int = 5000) -> Preview:
    """Return what the import would make of a list, without writing anything. Identity numbers are masked."""
    good = refused = skipped = 0
    by_code: dict[int, int] = {}
    flags: dict[int, int] = {}
    first: list[dict[str, Any]] = []
    complete = True
    for row in listed.rows():
        if good + refused + skipped >= look_at:
            complete = False
            break
        if isinstance(row, int):
            skipped += 1
            continue
        good, refused = good + bool(row.record), refused + (row.record is None)
        for problem in row.problems:
            by_code[problem.code] = by_code.get(problem.code, 0) + 1
        for flag in row.record.flags if row.record else ():
            flags[flag.code] = flags.get(flag.code, 0) + 1
        if len(first) < show:
            first.append(_shown(row))
    header = listed.header
    return Preview(
        encoding=listed.book.encoding or listed.book.kind,
        header_row=header.row,
        mapping=listed.mapping,
        unread=[header.titles[at] for at, _ in header.unread],
        missing=[field.name for field in FIELDS if field.name not in header.columns],
        within=listed.within_of(listed.tables[0]),
        looked_at=good + refused + skipped,
        complete=complete,
        good=good,
        refused=refused,
        skipped=skipped,
        by_code=dict(sorted(by_code.items())),
        flags=dict(sorted(flags.items())),
        sheets=sheets(listed),
        left=[asdict(one) for one in left(listed)],
        first=first,
    )


def _shown(row: Row) -> dict[str, Any]:
    where = {"row": row.line} | ({"sheet": row.sheet} if row.sheet else {})
    if row.record is None:
        return {**where, "refused": [explain(problem) for problem in row.problems]}
    record = row.record
    return {
        **where,
        "area": row.area,
        "stairwell": record.stairwell,
        "floor": record.floor,
        "door": record.door,
        "name": record.name,
        "identity": masked(record.document.number) if record.document else None,
        "birth_year": record.birth_year,
        "phone": record.phone,
        "phones": list(record.phones),
        "needs": need_names(record.needs),
        "flags": [explain(flag) for flag in record.flags],
    }
