"""Sheets of paper: who stands on which line, and what a table of marked lines says to the ledger. Pure.

A sheet is a journal of its own, and a line's number is its entry's number: a line typed in twice is the same entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from bulou.ledger.check_digit import is_label

#: Lines of a sheet: as many as an A4 page holds with a code that a phone can read.
LINES = 20
#: Persons whom one tube may hold.
POOL = 20


@dataclass(frozen=True, slots=True)
class Resident:
    """A person as the sheet names him.

    Parameters:
        area: the building, or where the duty stands of somebody who is registered elsewhere.
        floor: None where it is not known.
        owed: where the duty stands.
        single: the round gives him a tube of his own.
        home: of somebody who is registered elsewhere, where that is: the door is a door of there.
    """

    person: int
    name: str
    area: int
    stairwell: str
    floor: int | None
    door: str
    owed: int = 0
    single: bool = False
    home: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """What a letter on a line stands for: the kind of entry and the typed reason; ``evidence``: words must follow."""

    letter: str
    kind: str
    reason: str
    zh: str
    en: str
    evidence: bool = False


CODES = (
    Code("S", "tube.sealed", "", "已采，写管号", "sampled, write the tube's number"),
    Code("A", "duty.deferred", "away", "外出，稍后回", "away, back later"),
    Code("N", "duty.deferred", "asleep_or_silent", "无人应门", "no answer"),
    Code("T", "duty.deferred", "team_needed", "待上门", "team to visit"),
    Code("R", "duty.refused", "refuses", "拒绝", "refuses"),
    Code("H", "duty.excused", "in_hospital", "住院，写医院", "in hospital, write which", evidence=True),
    Code("F", "duty.excused", "in_facility", "在隔离点，写哪里", "in a facility, write which", evidence=True),
    Code("M", "duty.excused", "moved_out", "已搬离，写谁说的", "moved out, write who says so", evidence=True),
    Code(
        "U", "duty.excused", "not_known_here", "查无此人，写谁说的", "not known here, write who says so", evidence=True
    ),
    Code("D", "duty.excused", "deceased", "已故，写谁说的", "deceased, write who says so", evidence=True),
    Code(
        "E",
        "duty.excused",
        "sampled_elsewhere",
        "别处已采，写凭据",
        "sampled elsewhere, write the proof",
        evidence=True,
    ),
)
BY_LETTER = {code.letter: code for code in CODES}


def laid_out(residents: Iterable[Resident], lines: int = LINES) -> list[list[Resident]]:
    """Return the sheets: each of one building, by stairwell and from the top floor down, as one walks; whoever is
    registered elsewhere comes last.

    Raises:
        ValueError: fewer than one line a sheet.
    """
    if lines < 1:
        raise ValueError("a sheet has at least one line")
    walked = sorted(
        residents, key=lambda r: (r.area, r.home, _natural(r.stairwell), -(r.floor or 0), _natural(r.door), r.person)
    )
    sheets: list[list[Resident]] = []
    for _area, group in groupby(walked, key=lambda r: r.area):
        inside = list(group)
        sheets += [inside[i : i + lines] for i in range(0, len(inside), lines)]
    return sheets


def _natural(text: str) -> list[tuple[int, int | str]]:
    return [(0, int(part)) if part.isdecimal() else (1, part) for part in re.findall(r"\d+|\D+", text)]


@dataclass(frozen=True, slots=True)
class Row:
    """One marked line: its number, its letter, what is written behind it; ``sheet``: the number in a scanned code."""

    line: int
    letter: str
    rest: str
    sheet: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a line cannot be taken. ``what``: unreadable, sheet, line, twice, code, tube, evidence, pool or sealed; and
    what the desk finds: number, denied, already or entitled.
    """

    line: int
    what: str
    said: str


#: A line's number, or its printed code (the sheet's number before it); a letter; what is written behind.
ROW = re.compile(
    r"\s*(?:(\d{4,16})-)?(\d{1,3})[\s,，、.:：;；\t]*([A-Za-z])(?:[\s,，、.:：;；\t]+|(?=\d)|$)(.*)", re.ASCII
)
#: What a Chinese keyboard writes for digits, letters and the hyphen.
WIDE = (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B), 0xFF0D)
NARROW = {wide: wide - 0xFEE0 for wide in WIDE} | {0x3000: 0x20}


def read_table(text: str) -> tuple[list[Row], list[Problem]]:
    """Read what was typed or scanned: a line's number or code, a letter, the tube or the words behind it."""
    rows: list[Row] = []
    problems: list[Problem] = []
    for place, typed in enumerate(text.splitlines(), 1):
        if not typed.strip():
            continue
        match = ROW.fullmatch(typed.rstrip().translate(NARROW))
        if match is None:
            problems.append(Problem(place, "unreadable", typed.strip()[:60]))
            continue
        sheet = int(match[1]) if match[1] else None
        rows.append(Row(int(match[2]), match[3].upper(), match[4].strip(), sheet))
    return rows, problems


def check(rows: Sequence[Row], persons: int, sheet: int) -> list[Problem]:
    """Return what is wrong with the rows of the sheet of this printed number and of so many lines."""
    problems: list[Problem] = []
    seen: set[int] = set()
    filled: dict[int, int] = {}
    for row in rows:
        code = BY_LETTER.get(row.letter)
        tube = _tube(row)
        if row.sheet not in (None, sheet):
            problems.append(Problem(row.line, "sheet", str(row.sheet)))
        elif not 1 <= row.line <= persons:
            problems.append(Problem(row.line, "line", str(row.line)))
        elif row.line in seen:
            problems.append(Problem(row.line, "twice", str(row.line)))
        elif code is None:
            problems.append(Problem(row.line, "code", row.letter))
        elif code.kind == "tube.sealed" and (tube is None or not is_label(tube)):
            problems.append(Problem(row.line, "tube", row.rest[:60]))
        elif code.evidence and not row.rest:
            problems.append(Problem(row.line, "evidence", row.letter))
        elif tube is not None and code.kind == "tube.sealed":
            filled[tube] = filled.get(tube, 0) + 1
            if filled[tube] > POOL:
                problems.append(Problem(row.line, "pool", str(tube)))
        seen.add(row.line)
    return problems


def _tube(row: Row) -> int | None:
    digits = re.sub(r"[\s-]", "", row.rest)
    return int(digits) if digits.isdecimal() and len(digits) <= 15 else None


def tubes(rows: Iterable[Row]) -> dict[int, list[int]]:
    """Return the lines of each tube, in their order."""
    found: dict[int, list[int]] = {}
    for row in sorted(rows, key=lambda r: r.line):
        tube = _tube(row) if row.letter == "S" else None
        if tube is not None:
            found.setdefault(tube, []).append(row.line)
    return found


def entries(
    rows: Sequence[Row], persons: Sequence[int], campaign: int, until: datetime
) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Yield (number, kind, body) of each row; ``until``: how long a deferral holds.

    The first line of a tube reports the tube with all who are in it; the others say that the person came.
    """
    sealed = tubes(rows)
    for row in sorted(rows, key=lambda r: r.line):
        code, person = BY_LETTER[row.letter], persons[row.line - 1]
        if code.kind == "tube.sealed":
            tube = _tube(row)
            together = sealed[tube] if tube is not None else []
            if row.line != together[0]:
                yield row.line, "swab.called", {"campaign": campaign, "persons": [person]}
                continue
            inside = [persons[line - 1] for line in together]
            mode = "single" if len(inside) == 1 else "pooled"
            yield row.line, code.kind, {"campaign": campaign, "tube": tube, "mode": mode, "persons": inside}
            continue
        body: dict[str, Any] = {"campaign": campaign, "duty": "swab", "subjects": [person], "reason": code.reason}
        if code.kind == "duty.deferred":
            body["until"] = until.isoformat()
        if code.evidence:
            body["evidence"] = row.rest[:2000]
        yield row.line, code.kind, body
