"""A schematic map: one cell for each place, the ground that is nearer to it than to any other. Pure geometry."""

from __future__ import annotations

from collections.abc import Sequence

Point = tuple[float, float]
Polygon = list[Point]


def cells(points: Sequence[Point], width: float, height: float) -> list[Polygon]:
    """Return the cell of each point within the frame (0, 0) to (width, height).

    Each cell is the frame cut by the perpendicular bisectors towards all other points: plain half-plane cuts,
    quadratic, made for the some dozens of children that a node has. Equal points share a cell.
    """
    frame: Polygon = [(0, 0), (width, 0), (width, height), (0, height)]
    out = []
    for i, here in enumerate(points):
        cell = frame
        for j, there in enumerate(points):
            if i != j and there != here:
                cell = _nearer(cell, here, there)
        out.append(cell)
    return out


def _nearer(cell: Polygon, here: Point, there: Point) -> Polygon:
    """Cut away the part of a convex cell that is nearer to ``there``."""
    a, b = there[0] - here[0], there[1] - here[1]
    edge = (there[0] ** 2 + there[1] ** 2 - here[0] ** 2 - here[1] ** 2) / 2
    kept: Polygon = []
    for k, corner in enumerate(cell):
        before = cell[k - 1]
        side, side_before = a * corner[0] + b * corner[1] - edge, a * before[0] + b * before[1] - edge
        if side * side_before < 0:
            t = side_before / (side_before - side)
            kept.append((before[0] + t * (corner[0] - before[0]), before[1] + t * (corner[1] - before[1])))
        if side <= 0:
            kept.append(corner)
    return kept


def fit(points: Sequence[Point], width: float = 1000, margin: float = 110) -> tuple[list[Point], float]:
    """Move points given in metres (x east, y north) into a frame ``width`` wide; return them and the frame's height.

    The frame is at least half and at most one and a half times as high as it is wide; the drawing is schematic.
    """
    if not points:
        return [], width / 2
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    inner = width - 2 * margin
    ratio = (north - south) / (east - west) if east > west else 1.0
    height = min(max(inner * ratio + 2 * margin, width / 2), width * 1.5)
    tall = height - 2 * margin

    def place(p: Point) -> Point:
        x = margin + inner * ((p[0] - west) / (east - west) if east > west else 0.5)
        y = margin + tall * ((north - p[1]) / (north - south) if north > south else 0.5)
        return round(x, 1), round(y, 1)

    return [place(p) for p in points], height


def middle(cell: Polygon) -> Point:
    """Return the centre of gravity of a convex cell, where its label stands."""
    area = cx = cy = 0.0
    for k, (x, y) in enumerate(cell):
        px, py = cell[k - 1]
        cross = px * y - x * py
        area += cross
        cx += (px + x) * cross
        cy += (py + y) * cross
    if not area:
        return cell[0]
    return cx / (3 * area), cy / (3 * area)
