"""Reads dispatch problems from folders: an evening of transfers, and the published sets of Li & Lim and of Sartori &
Buriol (pick-up and delivery with time windows).
"""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from bulou.cases.dispatch.model import Facility, Group, Matrix, Problem, Vehicle

#: Kinds of vehicle that may go to a hospital.
TO_HOSPITAL = frozenset({"ambulance"})


class Unreadable(ValueError):
    """A file is not such an instance; the message says which line and what was expected."""


def matrix(points: list[tuple[float, float]], metric: str, factor: float, kmh: float) -> Matrix:
    """Return seconds of travel between points in metres, by straight lines or along a grid, times a road factor."""
    place = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    apart = np.abs(place[:, None, :] - place[None, :, :])
    metres = apart.sum(axis=2) if metric == "manhattan" else np.hypot(apart[..., 0], apart[..., 1])
    return np.ascontiguousarray(metres * (factor * 3.6 / kmh))


def _table(file: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        reader = csv.DictReader(text)
        absent = [name for name in columns if name not in (reader.fieldnames or ())]
        if absent:
            raise Unreadable(f"{file.name}: no column {', '.join(absent)}")
        return list(reader)


def evening(folder: Path) -> Problem:
    """Read an evening of transfers: households.csv, facilities.csv, vehicles.csv, settings.json.

    A household that fits no vehicle that may fetch it is split into as few parts as possible, the wheelchair in the
    first. Somebody in a wheelchair takes a wheelchair place and no seat less than the others.

    Raises:
        Unreadable: a column is missing, or a cell is no number.
        OSError: a file cannot be read.
    """
    settings: dict[str, Any] = json.loads((folder / "settings.json").read_text("utf-8"))
    try:
        return _evening(folder, settings)
    except (KeyError, ValueError) as error:
        raise error if isinstance(error, Unreadable) else Unreadable(f"{folder.name}: {error}") from error


def _evening(folder: Path, settings: dict[str, Any]) -> Problem:
    homes = _table(
        folder / "households.csv", ("household", "compound", "x_m", "y_m", "persons", "wheelchair", "hospital")
    )
    sites = _table(folder / "facilities.csv", ("facility", "x_m", "y_m", "kind", "beds"))
    fleet = _table(folder / "vehicles.csv", ("vehicle", "kind", "seats", "wheelchair_places", "depot_x_m", "depot_y_m"))
    points: dict[tuple[float, float], int] = {}

    def at(x: str, y: str) -> int:
        return points.setdefault((float(x), float(y)), len(points))

    vehicles = tuple(
        Vehicle(
            row["vehicle"], row["kind"], int(row["seats"]), at(row["depot_x_m"], row["depot_y_m"]),
            int(row["wheelchair_places"]), end=float(settings["horizon_s"]),
        )
        for row in fleet
    )  # fmt: skip
    facilities = tuple(
        Facility(row["facility"], at(row["x_m"], row["y_m"]), int(row["beds"])) for row in sites
    )  # fmt: skip
    to = {
        kind: tuple(n for n, row in enumerate(sites) if row["kind"] == kind) for kind in ("hospital", "isolation")
    }  # fmt: skip
    groups: list[Group] = []
    for row in homes:
        sick, chair, persons = row["hospital"] == "1", int(row["wheelchair"]), int(row["persons"])
        kinds = TO_HOSPITAL if sick else frozenset[str]()
        fit = [v.seats for v in vehicles if (not kinds or v.kind in kinds) and v.wheelchairs >= chair]
        parts = math.ceil(persons / max(fit, default=persons))
        members = [f"{row['household']}.{n}" for n in range(persons)]
        for part in range(parts):
            some = tuple(members[part::parts])
            name = row["household"] + (f"/{part + 1}" if parts > 1 else "")
            groups.append(Group(
                name, at(row["x_m"], row["y_m"]), some, len(some), to["hospital" if sick else "isolation"],
                wheelchairs=chair if part == 0 else 0, kinds=kinds, service=240 + 60 * len(some),
                handover=30 * len(some), weight=3.0 if sick else 1.0,
            ))  # fmt: skip
    travel = matrix(
        list(points), settings.get("metric", "manhattan"), float(settings["road_factor"]),
        float(settings["speed_kmh"]),
    )  # fmt: skip
    return Problem(tuple(groups), facilities, vehicles, travel, float(settings.get("cleaning_s", 0)))


def li_lim(file: Path) -> Problem:
    """Read an instance of Li & Lim: times and distances in the same unit.

    Raises:
        Unreadable: a line is not nine numbers.
    """
    lines = [line.split() for line in file.read_text("utf-8").splitlines() if line.strip()]
    try:
        count, capacity = int(lines[0][0]), int(lines[0][1])
        nodes = [[float(part) for part in line[:9]] for line in lines[1:]]
    except (ValueError, IndexError) as error:
        raise Unreadable(f"{file.name}: {error}") from error
    short = next((at for at, node in enumerate(nodes, 2) if len(node) < 9), 0)
    if short:
        raise Unreadable(f"{file.name}, line {short}: nine numbers were expected")
    travel = matrix([(node[1], node[2]) for node in nodes], "euclidean", 1, 3.6)
    return _windows(count, capacity, nodes, travel)


def sartori_buriol(file: Path) -> Problem:
    """Read an instance of Sartori & Buriol: minutes, with a matrix of their own.

    Raises:
        Unreadable: a part is missing, or a line is not what it should be.
    """
    lines = file.read_text("utf-8").splitlines()
    try:
        nodes_at, edges_at = lines.index("NODES"), lines.index("EDGES")
        capacity = int(next(line for line in lines if line.startswith("CAPACITY")).split(":")[1])
        nodes = [[float(part) for part in line.split()] for line in lines[nodes_at + 1 : edges_at]]
        travel = np.array([
            [float(part) for part in line.split()] for line in lines[edges_at + 1 : edges_at + 1 + len(nodes)]
        ])  # fmt: skip
    except (ValueError, StopIteration) as error:
        raise Unreadable(f"{file.name}: {error}") from error
    if travel.shape != (len(nodes), len(nodes)):
        raise Unreadable(f"{file.name}: EDGES has {travel.shape}, and {len(nodes)} places were expected")
    return _windows(len(nodes) // 2, capacity, nodes, travel)


def _windows(count: int, capacity: int, nodes: list[list[float]], travel: Matrix) -> Problem:
    """Return pick-ups and deliveries of nodes (id, x, y, demand, ready, due, service, pick-up, delivery)."""
    depot = nodes[0]
    groups: list[Group] = []
    facilities: list[Facility] = []
    for node in nodes[1:]:
        if not node[8]:
            continue
        target = nodes[int(node[8])]
        facilities.append(Facility(str(int(target[0])), int(target[0]), opens=target[4], closes=target[5]))
        groups.append(Group(
            str(int(node[0])), int(node[0]), (str(int(node[0])),), int(node[3]), (len(facilities) - 1,),
            ready=node[4], due=node[5], service=node[6], handover=target[6],
        ))  # fmt: skip
    vehicles = tuple(Vehicle(str(n), "van", capacity, 0, start=depot[4], end=depot[5]) for n in range(count))
    return Problem(tuple(groups), tuple(facilities), vehicles, travel, mixes=True, wait_cost=0)
