"""Vehicles to people to beds: an evening of transfers, and the published instances of pick-up and delivery.

An instance is an evening's folder (households.csv, facilities.csv, vehicles.csv, settings.json), a folder with files of
Li & Lim or of Sartori & Buriol, or one that holds such folders. Without one an evening is drawn by a seed. Every plan
goes through the independent check. An evening is held against first come, first served by street, and against a general
library that is given ten times the time; its people's facilities are those of our own plan or, apart, the nearest with
beds left, and the better of the two counts. The published instances are solved by that library, through our model and
check. The best known results of Li & Lim below have not been compared with a published table: no target rests on them.
"""

from __future__ import annotations

import csv
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import common

SECONDS, SHORT = 60.0, 10.0
#: So many times as long the library has, for both of its runs together; in a short run so many seconds each.
LONGER, SHORT_LIBRARY = 10, 6.0
#: Fastest instances first, so that a short run has some of every sort.
FEW = 4
STREETS = (3, 4)
#: Vehicles and distance of the instances with a hundred places, as they are commonly cited; not verified.
LI_LIM = {
    "lc101": (10, 828.94), "lc102": (10, 828.94), "lc103": (9, 1035.35), "lc104": (9, 860.01), "lc105": (10, 828.94),
    "lc106": (10, 828.94), "lc107": (10, 828.94), "lc108": (10, 826.44), "lc109": (9, 1000.60), "lc201": (3, 591.56),
    "lc202": (3, 591.56), "lc203": (3, 591.17), "lc204": (3, 590.60), "lc205": (3, 588.88), "lc206": (3, 588.49),
    "lc207": (3, 588.29), "lc208": (3, 588.32), "lr101": (19, 1650.80), "lr102": (17, 1487.57), "lr103": (13, 1292.68),
    "lr104": (9, 1013.39), "lr105": (14, 1377.11), "lr106": (12, 1252.62), "lr107": (10, 1111.31), "lr108": (9, 968.97),
    "lr109": (11, 1208.96), "lr110": (10, 1159.35), "lr111": (10, 1108.90), "lr112": (9, 1003.77),
    "lr201": (4, 1253.23), "lr202": (3, 1197.67), "lr203": (3, 949.40), "lr204": (2, 849.05), "lr205": (3, 1054.02),
    "lr206": (3, 931.63), "lr207": (2, 903.06), "lr208": (2, 734.85), "lr209": (3, 930.59), "lr210": (3, 964.22),
    "lr211": (2, 911.52), "lrc101": (14, 1708.80), "lrc102": (12, 1558.07), "lrc103": (11, 1258.74),
    "lrc104": (10, 1128.40), "lrc105": (13, 1637.62), "lrc106": (11, 1424.73), "lrc107": (11, 1230.14),
    "lrc108": (10, 1147.43), "lrc201": (4, 1406.94), "lrc202": (3, 1374.27), "lrc203": (3, 1089.07),
    "lrc204": (3, 818.66), "lrc205": (4, 1302.20), "lrc206": (3, 1159.03), "lrc207": (3, 1062.05),
    "lrc208": (3, 852.76),
}  # fmt: skip


def main() -> None:
    """Measure, and print the JSON."""
    options = common.arguments(__doc__ or "")
    figures: dict[str, Any] = {}
    targets: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="bulou-dispatch-") as folder:
        where = options.instance
        if where is None:
            where = Path(folder)
            draw(where, seed=11)
        for evening in sorted({file.parent for file in where.rglob("households.csv")}):
            found = an_evening(evening, SHORT if options.short else SECONDS)
            prefix = f"{evening.name}: " if options.instance else ""
            figures |= {f"{prefix}{name}": value for name, value in found.items()}
            targets += aims(found, prefix)
        for sort, files in (("li_lim", li_lim_files(where)), ("sartori_buriol", sartori_buriol_files(where))):
            if files:
                figures |= published(sort, files[:: max(1, len(files) // FEW)][:FEW] if options.short else files)
                wrong = figures[f"{sort}_violations"]
                targets.append(common.target(f"{sort}: violations", wrong, "0", wrong == 0))
    common.finish("dispatch", figures, targets)


def aims(found: dict[str, Any], prefix: str) -> list[dict[str, Any]]:
    """Return the targets of an evening."""
    ratio = round(found["driven_h"] / found["library_driven_h"], 4)
    wait = round(found["p95_wait_h"] / found["first_come_p95_wait_h"], 4)
    return [
        common.target(f"{prefix}violations found by the check", found["violations"], "0", found["violations"] == 0),
        common.target(f"{prefix}people not fetched", found["not_fetched"], "0", found["not_fetched"] == 0),
        common.target(f"{prefix}hours driven to those of the library's long run", ratio, "<= 1.05", ratio <= 1.05),
        common.target(f"{prefix}p95 of the wait to that of first come", wait, "<= 0.5", wait <= 0.5),
    ]


def an_evening(folder: Path, seconds: float) -> dict[str, Any]:
    """Plan an evening, check it, and hold it against the other two."""
    from bulou.cases.dispatch import checker, first_come, instances, library, model, plan

    problem = instances.evening(folder)
    common.say(f"{folder.name}: {len(problem.groups)} groups, {len(problem.vehicles)} vehicles")
    plan.solve(problem, rounds=1)  # compiles
    begun = time.perf_counter()
    at = [0.0, 0.0]

    def progress() -> float:
        at[0], at[1] = at[0] + 1, time.perf_counter() - begun
        return at[1] / seconds

    ours = plan.solve(problem, 1, progress=progress)
    took = time.perf_counter() - begun
    waits = model.waits(problem, ours)
    wrong = checker.violations(problem, ours)
    common.say("\n".join(wrong[:5]) or "the check found nothing")
    fifo = first_come.by_street(problem, streets(problem, folder))
    fifo_waits = model.waits(problem, fifo)
    own = {stop.group: stop.facility for route in ours.routes for stop in route.stops if stop.act == "drop"}
    long: dict[str, tuple[float, int, float]] = {}
    # the two runs of the library share its ten times the time
    for name, to in (
        ("nearest", nearest(problem)),
        ("ours", [own.get(n, g.to[0]) for n, g in enumerate(problem.groups)]),
    ):
        common.say(f"the library, facilities: {name}")
        started = time.perf_counter()
        found = library.solve(problem, to, 5, LONGER * seconds / 2 if seconds > SHORT else SHORT_LIBRARY)
        long[name] = (
            model.driven(problem, found) / 3600, len(found.unserved), time.perf_counter() - started,
        )  # fmt: skip
    best = min((h for h, left, _s in long.values() if not left), default=min(h for h, _l, _s in long.values()))
    return {
        "people": sum(len(group.members) for group in problem.groups), "groups": len(problem.groups),
        "vehicles": len(problem.vehicles), "seconds": round(took, 1), "rounds": int((at[0] - 1) * plan.STEP),
        "violations": len(wrong), "not_fetched": sum(len(problem.groups[n].members) for n in ours.unserved),
        "driven_h": round(model.driven(problem, ours) / 3600, 2), "vehicles_used": len(ours.routes),
        "p50_wait_h": round(model.share(waits, 0.5) / 3600, 3), "p95_wait_h": round(model.share(waits, 0.95) / 3600, 3),
        "longest_wait_h": round(waits[-1] / 3600, 3),
        "first_come_driven_h": round(model.driven(problem, fifo) / 3600, 2),
        "first_come_p95_wait_h": round(model.share(fifo_waits, 0.95) / 3600, 3),
        "library_driven_h": round(best, 2),
        "library": [
            {"facilities": name, "driven_h": round(h, 2), "groups_left": left, "seconds": round(s, 1)}
            for name, (h, left, s) in long.items()
        ],
    }  # fmt: skip


def nearest(problem: Any) -> list[int]:
    """Return a facility for each group: the nearest with beds left, those first who lose most by the second nearest."""
    beds = [facility.beds for facility in problem.facilities]

    def ways(n: int) -> list[tuple[float, int]]:
        group = problem.groups[n]
        return sorted((float(problem.travel[group.place, problem.facilities[f].place]), f) for f in group.to)

    def loss(n: int) -> float:
        own = ways(n)
        return own[1][0] - own[0][0] if len(own) > 1 else 1e9

    out = [group.to[0] for group in problem.groups]
    for n in sorted(range(len(out)), key=loss, reverse=True):
        out[n] = next((f for _way, f in ways(n) if beds[f] >= len(problem.groups[n].members)), out[n])
        beds[out[n]] -= len(problem.groups[n].members)
    return out


def streets(problem: Any, folder: Path) -> list[int]:
    """Return the street of each group: the folder's own, else twelve of about equal size cut from the map."""
    with (folder / "households.csv").open(encoding="utf-8", newline="") as text:
        homes = {row["household"]: row for row in csv.DictReader(text)}
    rows = [homes[group.id.split("/")[0]] for group in problem.groups]
    if all(row.get("street") for row in rows):
        names = sorted({row["street"] for row in rows})
        return [names.index(row["street"]) for row in rows]
    wide, high = STREETS
    out = [0] * len(rows)
    across = sorted(range(len(rows)), key=lambda n: (float(rows[n]["x_m"]), n))
    for column in range(wide):
        part = across[column * len(rows) // wide : (column + 1) * len(rows) // wide]
        up = sorted(part, key=lambda n: (float(rows[n]["y_m"]), n))
        for rank, n in enumerate(up):
            out[n] = column * high + rank * high // len(up)
    return out


def published(sort: str, files: Sequence[Path]) -> dict[str, Any]:
    """Solve published instances, and return the gaps to the best known results."""
    from bulou.cases.dispatch import checker, instances, library, model

    known = LI_LIM if sort == "li_lim" else best_known(files[0])
    lines: list[dict[str, Any]] = []
    for file in files:
        problem = instances.li_lim(file) if sort == "li_lim" else instances.sartori_buriol(file)
        started = time.perf_counter()
        found = library.solve(problem, fewest=True)
        lines.append({
            "instance": file.stem, "vehicles": len(found.routes), "distance": round(model.driven(problem, found), 2),
            "best_vehicles": known.get(file.stem, (None, None))[0], "best": known.get(file.stem, (None, None))[1],
            "left": len(found.unserved), "violations": len(checker.violations(problem, found)),
            "seconds": round(time.perf_counter() - started, 2),
        })  # fmt: skip
        common.say(str(lines[-1]))
    rated = [line for line in lines if line["best"]]
    cars = sum(line["best_vehicles"] for line in rated) or 1
    far = sum(line["best"] for line in rated) or 1
    return {
        f"{sort}_instances": len(lines), f"{sort}_violations": sum(line["violations"] for line in lines),
        f"{sort}_vehicles_gap": round(sum(line["vehicles"] for line in rated) / cars - 1, 4),
        f"{sort}_distance_gap": round(sum(line["distance"] for line in rated) / far - 1, 4),
        f"{sort}_table": lines,
    }  # fmt: skip


def best_known(file: Path) -> dict[str, tuple[int, float]]:
    """Return the best known results that lie beside a folder of Sartori & Buriol."""
    for table in sorted(file.parent.parent.glob("*best_known*.csv")) + sorted(file.parent.glob("*best_known*.csv")):
        with table.open(encoding="utf-8", newline="") as text:
            return {row["instance"]: (int(row["vehicles"]), float(row["cost"])) for row in csv.DictReader(text)}
    return {}


def li_lim_files(where: Path) -> list[Path]:
    """Return the files that look like instances of Li & Lim: nine numbers a line below a first line of three."""
    return [file for file in texts(where) if _widths(file) == (3, 9, 9) and _pairs(file)]


def sartori_buriol_files(where: Path) -> list[Path]:
    """Return the files that look like instances of Sartori & Buriol."""
    return [file for file in texts(where) if file.read_text("utf-8").startswith("NAME:")]


def texts(where: Path) -> Iterator[Path]:
    """Give the text files of a folder and all below it."""
    yield from sorted(where.rglob("*.txt"))


def _widths(file: Path) -> tuple[int, ...]:
    return tuple(len(line.split()) for line in file.read_text("utf-8").splitlines()[:3])


def _pairs(file: Path) -> bool:
    """Tell whether each line but the depot's names the other end of its pair."""
    lines = [line.split() for line in file.read_text("utf-8").splitlines()[2:] if line.strip()]
    return all(len(line) == 9 and (line[7] != "0") != (line[8] != "0") for line in lines)


def draw(folder: Path, seed: int, people: int = 1500) -> None:
    """Draw an evening of about the size of 10 April 2022 for one district."""
    import json

    pick = random.Random(seed)
    compounds = [(pick.uniform(0, 6000), pick.uniform(0, 9000)) for _ in range(600)]
    lines: list[list[object]] = []
    total = 0
    while total < people:
        size = min(people - total, pick.choices((1, 2, 3, 4, 5), (47, 26, 17, 6, 4))[0])
        at = pick.randrange(len(compounds))
        x, y = compounds[at]
        lines.append([
            len(lines), at, round(x, 1), round(y, 1), size, int(size < 4 and pick.random() < 0.07),
            int(size < 5 and pick.random() < 0.07),
        ])  # fmt: skip
        total += size
    fleet = [("ambulance", 4, 1)] * 80 + [("bus20", 20, 0)] * 20 + [("bus30", 30, 0)] * 20
    depots = ((3000.0, 3000.0), (2500.0, 6500.0))
    sites = [
        (2500, 4000, "hospital", 120), (4800, 8000, "hospital", 90), (-9000, 5000, "isolation", 600),
        (1500, -7000, "isolation", 500), (12000, 2000, "isolation", 300), (8000, 18000, "isolation", 250),
    ]  # fmt: skip
    for name, head, rows in (
        ("households", "household,compound,x_m,y_m,persons,wheelchair,hospital", lines),
        ("vehicles", "vehicle,kind,seats,wheelchair_places,depot_x_m,depot_y_m",
         [[n, *one, *depots[n % 2]] for n, one in enumerate(fleet)]),
        ("facilities", "facility,x_m,y_m,kind,beds", [[n, *one] for n, one in enumerate(sites)]),
    ):  # fmt: skip
        text = "\n".join([head, *(",".join(map(str, row)) for row in rows)])
        (folder / f"{name}.csv").write_text(text + "\n", "utf-8")
    settings = {"speed_kmh": 25, "road_factor": 1.15, "metric": "manhattan", "horizon_s": 10800}
    (folder / "settings.json").write_text(json.dumps(settings), "utf-8")


if __name__ == "__main__":
    main()
