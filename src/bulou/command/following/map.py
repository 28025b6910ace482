"""A schematic map of how the parts of an area are held; the same as a table beside it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from bulou.command import schematic
from bulou.ledger import clock
from bulou.ledger.areas import ancestor, is_area, level
from bulou.places import reads as places
from bulou.ui import areas
from bulou.zones import pages, reads, words
from bulou.zones.vocabulary import LEVELS, LIFTED

#: How the cells of each level are filled, with the classes of the map of coverage.
FILLS = {"lockdown": "c0", "control": "c1", "precaution": "c3", LIFTED: "c4", "": "cx"}
#: Cells of one drawing; more cannot be told apart.
MOST = 80


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The parts of the chosen area, else of the reader's first one."""
    area = pages.area_of(request.GET, request.ranges) or next((a for a in request.areas if is_area(a)), 0)
    held = reads.held_levels(clock.now())
    below = places.children(area)
    rows = [_row(row, held) for row in below]
    located = [row for row in rows if row["x"] or row["y"]][:MOST]
    points, height = schematic.fit([(row["x"], row["y"]) for row in located])
    size = 32 if len(located) <= 16 else 24 if len(located) <= 36 else 17
    shapes: list[dict[str, Any]] = []
    for row, cell in zip(located, schematic.cells(points, 1000, height), strict=True):
        if cell:
            x, y = schematic.middle(cell)
            path = " ".join(f"{a:.1f},{b:.1f}" for a, b in cell)
            shapes.append(row | {"path": path, "px": round(x, 1), "py": round(y, 1)})
    way = [ancestor(area, depth) for depth in range(1, level(area) + 1)] if area else []
    return TemplateResponse(
        request, "following/map.html", {
            "area": area, "rows": rows, "shapes": shapes, "height": round(height), "size": size,
            "drop": round(size * 1.25), "places": pages.places_of([area] if area else []), "way": way,
            "key": [(FILLS[one.name], words.level_name(one.name)) for one in LEVELS]
            + [(FILLS[""], words.level_name(""))],
            "choices": [(id_, max(0, depth - 1), name) for id_, depth, name in areas.choices(request.areas, area)],
        },
    )  # fmt: skip


def _row(row: dict[str, Any], held: dict[int, reads.Held]) -> dict[str, Any]:
    found = reads.nearest(row["id"], held)
    name = found.level if found else ""
    depth = level(row["id"])
    below = [
        one.level for node, one in held.items()
        if level(node) > depth and ancestor(node, depth) == row["id"] and one.level != LIFTED
    ]  # fmt: skip
    strictest = next((one.name for one in LEVELS if one.name in (name, *below)), "")
    return {
        "id": row["id"], "name": (row["name"], row.get("name_en") or ""), "x": row.get("x") or 0,
        "y": row.get("y") or 0, "level": words.level_name(name), "tone": words.tone(name), "fill": FILLS[strictest],
        "strictest": words.level_name(strictest),
        "own": bool(found and found.area == row["id"]), "since": found.since if found else None, "below": len(below),
        "leaf": level(row["id"]) >= 4,
    }  # fmt: skip
