"""Verify, last part: a seeded sample of duties, folded once more by the plain rules in Python."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from bulou.ledger import rules, sql_arrays
from bulou.ledger.effects import Key, Line, Order
from bulou.ledger.fold import DutyState, fold
from bulou.ledger.intake import Report
from bulou.ledger.refusals import Refused
from bulou.ledger.verify_entries import SQL as ENTRIES
from bulou.ledger.verify_entries import vouching
from bulou.ledger.verify_found import Found, plain
from bulou.ledger.vocabulary import Act, Registry


def compare(
    cursor: Any, sql: Mapping[str, str], n: int, seed: int, wrong: set[Key], registry: Registry
) -> Iterator[Found]:
    """Fold ``n`` duties from the entries that speak of them or of what they depend on; compare with the recorded rows.

    ``wrong``: keys that the comparison of the whole book named already.
    """
    cursor.execute(sql["sample"], {"n": n, "seed": seed})
    picked = [Key(*row) for row in cursor.fetchall()]
    lines = _closure(cursor, sql, picked)
    reports, bulk = _reports(cursor, sql, lines, registry)
    cursor.execute(ENTRIES["journals"])
    journals = {row[0]: sql_arrays.journal_facts(row) for row in cursor.fetchall()}
    books = fold(reports, journals, bulk, registry)
    cursor.execute(sql["recorded"], sql_arrays.keys(picked))
    names = [column[0] for column in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    recorded = {Key(*(row.pop(name) for name in Key._fields)): row for row in rows}
    for key in picked:
        if key not in wrong:
            held, due = _shown(recorded.get(key)), _shown(books.duties.get(key))
            if held != due:
                yield Found("fold", key._asdict(), held, due)


def _shown(state: dict[str, Any] | DutyState | None) -> dict[str, Any] | None:
    row = asdict(state) if isinstance(state, DutyState) else state
    return None if row is None else {name: plain(value) for name, value in row.items()}


def _closure(cursor: Any, sql: Mapping[str, str], picked: Iterable[Key]) -> dict[tuple[int, int, int], dict[str, Any]]:
    """Return the lines on the picked duties and on all that they depend on: carriers, and what they follow from."""
    seen: set[Key] = set()
    fresh = set(picked)
    lines: dict[tuple[int, int, int], dict[str, Any]] = {}
    while fresh:
        keys = sql_arrays.keys(sorted(fresh))
        seen |= fresh
        cursor.execute(sql["causing"], keys)
        wanted = {Key(*row) for row in cursor.fetchall()}
        cursor.execute(sql["lines_about"], keys)
        names = [column[0] for column in cursor.description]
        for values in cursor.fetchall():
            row = dict(zip(names, values, strict=True))
            lines[row["journal"], row["number"], row["line"]] = row
            if (
                Key(row["campaign"], row["kind"], row["subject"], row["occasion"]) in fresh
                and row["carrier"] is not None
            ):
                wanted.add(Key(row["campaign"], row["carrier_kind"], row["carrier"]))
            if row["same_as"] is not None:
                wanted.add(Key(row["campaign"], row["kind"], row["same_as"], row["occasion"]))
        fresh = wanted - seen
    return lines


def _reports(
    cursor: Any, sql: Mapping[str, str], lines: dict[tuple[int, int, int], dict[str, Any]], registry: Registry
) -> tuple[list[Report], list[tuple[Order, Line]]]:
    """Return the entries of the lines as they were reported, and the lines that openings wrote in bulk."""
    slots = sorted({(journal, number) for journal, number, _ in lines})
    cursor.execute(sql["raws"], {"journals": [s[0] for s in slots], "numbers": [s[1] for s in slots]})
    reports, openings = [], set()
    for journal, number, kind, raw, refusal in cursor.fetchall():
        if refusal is not None:
            continue
        if kind in vouching(registry):
            openings.add((journal, number))
        try:
            reports.append(Report(journal, number, rules.decode(journal, number, bytes(raw)), bytes(raw)))
        except (ValueError, KeyError, TypeError):
            reports.append(Report(journal, number, None, bytes(raw), Refused(112)))
    bulk = [
        (
            Order(row["at"], row["journal"], row["number"], row["line"]),
            Line(
                Act(row["act"]), Key(row["campaign"], row["kind"], row["subject"], row["occasion"]), row["area"],
                frozen=row["frozen"], due=row["due"],
            ),
        )
        for slot, row in lines.items()
        if slot[:2] in openings
    ]  # fmt: skip
    return reports, bulk
