"""Build the district's fact files from a folder of published lists.

    python examples/xuhui-2022/build.py SOURCE_DIR

Reads SOURCE_DIR/places, /zones and /positives (what they are: README.md beside this file) and rewrites streets.csv,
neighbourhoods.csv, compounds.csv and prevalence.csv here. census.json and statistics.json are kept by hand.
The same source always gives the same bytes. No coordinate of a source is read: places on the plan are schematic.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

from compound_names import SLIP, TOO_COARSE, committee_stems, compound_of, split_number

HERE = Path(__file__).parent
#: Residential compounds of the district as it stated them; lanes are added until this many are reached.
COMPOUNDS = 1071
FIRST_DAY, LAST_DAY = "2022-03-06", "2022-04-04"

#: Hand-placed rectangles (west, north, width, height) in cells: true neighbours, not true shapes. Schematic.
CELL_WIDTH_M, CELL_HEIGHT_M, ROWS = 1400, 1700, 6
LAYOUT = {
    "湖南街道": (1, 0, 2, 1),
    "徐家汇街道": (0, 1, 2, 1),
    "天平街道": (2, 1, 1, 1),
    "斜土街道": (3, 1, 1, 2),
    "虹梅街道": (0, 2, 1, 1),
    "田林街道": (1, 2, 1, 1),
    "枫林街道": (2, 2, 1, 1),
    "康健街道": (0, 3, 1, 1),
    "漕河泾街道": (1, 3, 1, 1),
    "龙华街道": (2, 3, 2, 1),
    "凌云街道": (0, 4, 2, 1),
    "长桥街道": (2, 4, 1, 1),
    "华泾镇": (1, 5, 3, 1),
}

#: The development zone's virtual community is a statistical unit; the zone lies in this street.
VIRTUAL_STREET = "310104012000"


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(name: str, header: list[str], rows: list[list]) -> None:
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    print(f"{name}: {len(rows)} rows")


def read_streets(source: Path) -> list[dict]:
    streets = read(source / "places/xuhui_streets.csv")
    streets.sort(key=lambda row: row["code"])
    for number, row in enumerate(streets, 1):
        west, north, width, height = LAYOUT[row["announcement_name"]]
        row["number"] = number
        row["box"] = (
            west * CELL_WIDTH_M,
            (ROWS - north - height) * CELL_HEIGHT_M,
            width * CELL_WIDTH_M,
            height * CELL_HEIGHT_M,
        )
    return streets


def read_neighbourhoods(source: Path, streets: list[dict]) -> dict[int, list[dict]]:
    number_of = {row["code"]: row["number"] for row in streets}
    result: dict[int, list[dict]] = defaultdict(list)
    for row in sorted(read(source / "places/xuhui_admin_codes.csv"), key=lambda row: row["code"]):
        if row["level"] != "committee":
            continue
        virtual = row["parent_code"] not in number_of
        street = number_of[VIRTUAL_STREET if virtual else row["parent_code"]]
        result[street].append({"code": row["code"], "name": row["name"], "virtual": virtual})
    for rows in result.values():
        rows.sort(key=lambda row: (row["virtual"], row["code"]))
    return result


class StreetFinder:
    """Which street an address of the residence lists lies in, and how that is known."""

    def __init__(self, geocodes: list[dict], number_of: dict[str, int], neighbourhoods: dict[int, list[dict]]):
        self.label = {}
        self.on_road: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for row in geocodes:
            if street := number_of.get(row["amap_township"]):
                self.label[row["address"]] = street
                if place := split_number(row["address"]):
                    self.on_road[place[0]].append((place[1], street))
        self.committees: dict[str, set[int]] = defaultdict(set)
        for street, rows in neighbourhoods.items():
            for stem in (stem for row in rows for stem in committee_stems(row["name"])):
                self.committees[stem].add(street)

    def find(self, address: str, name: str) -> tuple[int, str] | None:
        """Return (street, how) of an address whose compound is called ``name``; None if nothing tells."""
        for stem in (name, name.removesuffix("小区")):
            if len(self.committees.get(stem, ())) == 1:
                return min(self.committees[stem]), "committee"
        if address in self.label:
            return self.label[address], "label"
        place = split_number(address)
        if not place or place[0] not in self.on_road:
            return None
        # Odd and even numbers face each other, and a street border often runs along the road: same side first.
        near = min(
            self.on_road[place[0]],
            key=lambda other: ((other[0] - place[1]) % 2, abs(other[0] - place[1]), other),
        )
        return near[1], "nearest number"


def collect(
    source: Path, streets: list[dict], neighbourhoods: dict[int, list[dict]], roads: list[str]
) -> dict[tuple[int, str], dict]:
    """Return candidate compounds by (street, key) with all their published names."""
    found: dict[tuple[int, str], dict] = {}

    def add(street: int, raw: str, how: str, **more) -> None:
        key, own, kind = compound_of(raw, roads)
        if len(key) < 2 or key in TOO_COARSE or SLIP.search(key):
            return
        entry = found.setdefault(
            (street, key),
            {
                "names": Counter(),
                "kind": kind,
                "how": how,
                "raw": [],
                "levels": set(),
                "listed": False,
            },
        )
        if own:
            entry["names"][own] += 1
        entry["raw"].append(raw)
        entry["listed"] |= more.get("listed", False)
        if level := more.get("level"):
            entry["levels"].add(level)

    announced = {row["announcement_name"]: row["number"] for row in streets}
    levels = {"防范区": "precaution", "管控区": "control"}
    for row in read(source / "zones/zones_xuhui_first_batch.csv"):
        if row["name"]:
            add(
                announced[row["street"]],
                row["name"],
                "announcement",
                listed=True,
                level=levels[row["level"]],
            )
    official = {row["name"]: row["number"] for row in streets}
    geocodes = read(source / "positives/address_geocodes_xuhui.csv")
    finder = StreetFinder(geocodes, official, neighbourhoods)
    by_name: dict[str, set[int]] = defaultdict(set)
    for (street, key), entry in found.items():
        for name in {key, *entry["names"]}:
            by_name[name].add(street)
    for row in sorted(geocodes, key=lambda row: row["address"]):
        key, _, _ = compound_of(row["address"], roads)
        known = by_name.get(key, set())
        where = (next(iter(known)), "announcement") if len(known) == 1 else finder.find(row["address"], key)
        if where:
            add(where[0], row["address"], where[1])
    return found


def merge_named_lanes(found: dict[tuple[int, str], dict]) -> None:
    """Fold a compound known by name into the lane entry of the same name in the same street ("X" and "X(某路1弄)")."""
    for (street, key), entry in sorted(found.items()):
        if entry["kind"] != "lane":
            continue
        for name in sorted(entry["names"]):
            stems = {name, name + "小区", re.sub("小区$", "", name)}
            for stem in sorted(stems - {key}):
                other = found.get((street, stem))
                if other and other["kind"] == "name":
                    absorb(entry, found.pop((street, stem)))
    for street, key in sorted(found):
        short = re.sub("小区$", "", key)
        if short != key and (street, short) in found and (street, key) in found:
            absorb(found[street, short], found.pop((street, key)))


def absorb(entry: dict, other: dict) -> None:
    entry["names"] += other["names"]
    entry["raw"] += other["raw"]
    entry["levels"] |= other["levels"]
    entry["listed"] |= other["listed"]
    if other["how"] == "announcement":
        entry["how"] = "announcement"


def choose(found: dict[tuple[int, str], dict], days: Counter, in_window: Counter) -> list[tuple[int, str]]:
    """Keep all announced and all named compounds, then the lanes listed on most days until COMPOUNDS are reached."""
    sure = [at for at, entry in found.items() if entry["listed"] or entry["kind"] == "name"]
    lanes = [at for at, entry in found.items() if entry["kind"] == "lane" and not entry["listed"]]
    lanes.sort(
        key=lambda at: (
            -sum(in_window[raw] for raw in found[at]["raw"]),
            -sum(days[r] for r in found[at]["raw"]),
            at,
        )
    )
    print(f"{len(sure)} announced or named, {len(lanes)} further lanes")
    return sorted(sure + lanes[: max(0, COMPOUNDS - len(sure))])


def seat(names: list[str], neighbourhoods: list[dict]) -> list[tuple[int, str]]:
    """Give each compound a neighbourhood (1..) of its street: by a shared name, else the emptiest. Schematic."""
    stems = [
        [re.sub(r"(路|新村)$", "", stem) for stem in committee_stems(row["name"])] if not row["virtual"] else []
        for row in neighbourhoods
    ]
    load = Counter({i: 0 for i, row in enumerate(neighbourhoods) if not row["virtual"]})
    limit = -(-len(names) // len(load)) + 2
    result: list[tuple[int, str] | None] = [None] * len(names)
    for at, name in enumerate(names):
        fits = [
            (len(stem), -load[i], -i)
            for i in load
            for stem in stems[i]
            if len(stem) >= 2 and name.startswith(stem) and load[i] < limit
        ]
        if fits:
            best = -max(fits)[2]
            load[best] += 1
            result[at] = (best + 1, "name")
    for at in range(len(names)):
        if result[at] is None:
            best = min(load, key=lambda i: (load[i], i))
            load[best] += 1
            result[at] = (best + 1, "schematic")
    return result


def main(source: Path) -> None:
    streets = read_streets(source)
    neighbourhoods = read_neighbourhoods(source, streets)
    write(
        "streets.csv",
        [
            "street",
            "code",
            "name",
            "announced_as",
            "schematic_x_m",
            "schematic_y_m",
            "schematic_width_m",
            "schematic_height_m",
        ],
        [[s["number"], s["code"], s["name"], s["announcement_name"], *s["box"]] for s in streets],
    )
    write(
        "neighbourhoods.csv",
        ["street", "neighbourhood", "code", "name", "virtual"],
        [
            [street, i, row["code"], row["name"], int(row["virtual"])]
            for street, rows in sorted(neighbourhoods.items())
            for i, row in enumerate(rows, 1)
        ],
    )

    listed = read(source / "positives/address_days_xuhui.csv")
    days = Counter(row["address"] for row in listed)
    window = [row for row in listed if FIRST_DAY <= row["date"] <= LAST_DAY]
    in_window = Counter(row["address"] for row in window)
    roads = sorted(
        {p[0] for a in days if (p := split_number(a))},
        key=lambda road: (-len(road), road),
    )
    found = collect(source, streets, neighbourhoods, roads)
    merge_named_lanes(found)
    chosen = choose(found, days, in_window)

    rows, prevalence, kept = [], [], 0
    for street in range(1, len(streets) + 1):
        keys = [key for at, key in chosen if at == street]
        entries = [found[street, key] for key in keys]
        names = [next(iter(e["names"])) if len(e["names"]) == 1 else k for k, e in zip(keys, entries, strict=True)]
        # Two lanes may carry one proper name: then the lane tells them apart.
        names = [n if names.count(n) == 1 else k for n, k in zip(names, keys, strict=True)]
        numbers: Counter = Counter()
        places = seat(names, neighbourhoods[street])
        for (unit, why), name, key, entry in sorted(
            zip(places, names, keys, entries, strict=True),
            key=lambda row: (row[0][0], row[1]),
        ):
            numbers[unit] += 1
            lane = key if entry["kind"] == "lane" and key != name else ""
            level = "+".join(sorted(entry["levels"]))
            rows.append(
                [
                    street,
                    unit,
                    numbers[unit],
                    name,
                    lane,
                    entry["kind"],
                    entry["how"],
                    why,
                    level,
                ]
            )
            raw = set(entry["raw"])
            dates = sorted(row["date"] for row in window if row["address"] in raw)
            if dates:
                prevalence.append([street, unit, numbers[unit], len(dates), dates[0], dates[-1]])
                kept += len(dates)
    write(
        "compounds.csv",
        [
            "street",
            "neighbourhood",
            "compound",
            "name",
            "lane",
            "kind",
            "street_known_by",
            "neighbourhood_by",
            "announced_20220412",
        ],
        rows,
    )
    write(
        "prevalence.csv",
        [
            "street",
            "neighbourhood",
            "compound",
            "address_days",
            "first_day",
            "last_day",
        ],
        prevalence,
    )
    print(f"{kept} of {len(window)} address-days {FIRST_DAY}..{LAST_DAY} belong to a kept compound")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
