"""Reads a folder of published lists as they were gathered: residence lists, other names of addresses, zone lists.

Any file may be missing or hold other districts or days than the next one; what is not there, and what cannot be read,
is told and never guessed.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from bulou.zones.rules import LEVELS

#: Names of levels as lists write them.
SAID = {
    "封控区": LEVELS[0], "封控": LEVELS[0], "管控区": LEVELS[1], "管控": LEVELS[1], "防范区": LEVELS[2],
    "防范": LEVELS[2], **{name: name for name in LEVELS},
}  # fmt: skip
#: So many problems are told one by one.
TOLD = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of a zone list: level and name as published, its street where the list says one."""

    level: str
    name: str
    street: str = ""


@dataclass
class ZoneList:
    """What one district or street published for one day."""

    area: str
    day: date
    file: str
    rows: list[Listed] = field(default_factory=list)


@dataclass
class Folder:
    """All that a folder holds. ``positives``: by district and address the days on which it was listed."""

    positives: dict[str, dict[str, set[date]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))
    other_names: dict[str, dict[str, set[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))
    points: dict[str, dict[str, tuple[float, float]]] = field(default_factory=lambda: defaultdict(dict))
    lists: list[ZoneList] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    untold: int = 0

    def problem(self, text: str) -> None:
        """Keep what cannot be read; beyond TOLD only the number."""
        if len(self.problems) < TOLD:
            self.problems.append(text)
        else:
            self.untold += 1


def read(root: Path) -> Folder:
    """Read ``positives/``, ``zones/`` and the map titles of ``places/`` below a folder."""
    made = Folder()
    for pattern, take in (
        ("positives/address_days*.csv", _positives),
        ("positives/address_geocodes*.csv", _titles),
        ("zones/zones*.csv", _zones),
    ):
        files = sorted(root.glob(pattern))
        if not files:
            made.missing.append(pattern)
        for file in files:
            _table(made, file, take)
    maps = sorted(root.glob("places/estates*.geojson"))
    if not maps:
        made.missing.append("places/estates*.geojson")
    for file in maps:
        _estates(made, file)
    made.lists.sort(key=lambda one: (one.day, one.area))
    return made


Row = dict[str, str]
Take = Callable[[Folder, str, int, Row], None]


def _table(made: Folder, file: Path, take: Take) -> None:
    try:
        for number, row in _rows(file):
            take(made, file.name, number, row)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        made.problem(f"{file.name}: cannot be read ({type(error).__name__})")


def _rows(file: Path) -> Iterator[tuple[int, Row]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        for row in reader:
            yield reader.line_num, {key: (value or "").strip() for key, value in row.items() if isinstance(key, str)}


def _day(made: Folder, file: str, number: int, text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        made.problem(f"{file}, line {number}, date: {text[:40]!r} found, a date such as 2022-04-11 expected")
        return None


def _positives(made: Folder, file: str, number: int, row: Row) -> None:
    if "date" not in row or "address" not in row or "district" not in row:
        made.problem(f"{file}, line {number}: columns date, district and address expected")
        return
    day = _day(made, file, number, row["date"])
    if day and row["address"]:
        made.positives[row["district"]][row["address"]].add(day)


def _titles(made: Folder, file: str, number: int, row: Row) -> None:
    district, address = row.get("district", ""), row.get("address", "")
    if not district or not address:
        made.problem(f"{file}, line {number}: columns district and address expected")
        return
    if title := row.get("baidu_estate_title"):
        made.other_names[district][address].add(title)
    if row.get("in_district", "1") == "1" and row.get("gcj02_lng"):
        try:
            made.points[district][address] = (float(row["gcj02_lng"]), float(row["gcj02_lat"]))
        except (ValueError, KeyError):
            made.problem(f"{file}, line {number}, gcj02_lng, gcj02_lat: degrees expected")


def _zones(made: Folder, file: str, number: int, row: Row) -> None:
    when = row.get("published") or row.get("snapshot_date") or row.get("date")
    area = row.get("district") or row.get("area")
    if when is None or area is None or "level" not in row or "name" not in row:
        made.problem(f"{file}, line {number}: columns for the day, the district or area, level and name expected")
        return
    day = _day(made, file, number, when)
    if day is None:
        return
    if not row["name"]:
        made.problem(f"{file}, line {number}, name: nothing found, the name of a unit expected")
        return
    if row["level"] not in SAID:
        made.problem(f"{file}, line {number}, level: {row['level'][:40]!r} found, 封控区, 管控区 or 防范区 expected")
        return
    listed = next((one for one in made.lists if (one.area, one.day, one.file) == (area, day, file)), None)
    if listed is None:
        listed = ZoneList(area, day, file)
        made.lists.append(listed)
    listed.rows.append(Listed(SAID[row["level"]], row["name"], row.get("street", "")))


def _estates(made: Folder, file: Path) -> None:
    try:
        found: Any = json.loads(file.read_text(encoding="utf-8"))
        features = [one["properties"] for one in found["features"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        made.problem(f"{file.name}: cannot be read ({type(error).__name__})")
        return
    for one in features:
        told: Mapping[str, Any] = one if isinstance(one, dict) else {}
        district, address, title = (told.get(name) for name in ("district", "address", "title"))
        if isinstance(district, str) and isinstance(address, str) and isinstance(title, str) and title:
            made.other_names[district][address].add(title)
