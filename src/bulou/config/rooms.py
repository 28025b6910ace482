"""The rooms of this installation. A domain room is added by its name; all else it says itself (``ui.room``)."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent

#: In the order in which Django loads them: what one names of another is looked up when all are there. The last one
#: declares what the data folder's files say.
ROOMS = ("rounds", "cases", "zones", "roster", "relief", "forces", "oversight", "notices", "programmes")
#: From the ground up: what a room needs of another lies before it.
FLOORS = ("ledger", "places", "ui", "people", *ROOMS, "command", "residents", "field", "desk")


def applications() -> tuple[str, ...]:
    """Return the rooms, and the small rooms within them, that have an ``apps.py``: dotted, as Django loads them.

    Their templates, static files, words, migrations, addresses and database guards are found where they lie.
    """
    found = []
    for floor in FLOORS:
        within = sorted(path.parent.relative_to(PACKAGE) for path in (PACKAGE / floor).rglob("apps.py"))
        found += [".".join(room.parts) for room in within]
    return tuple(found)


def catalogued() -> list[Path]:
    """Return the folders of rooms that have words on pages, each with a catalogue of its own."""
    rooms = (PACKAGE.joinpath(*name.split(".")) for name in applications())
    return [room for room in rooms if (room / "locale").is_dir()]
