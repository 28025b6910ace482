"""What a rehearsal writes down: entries by device, tubes, and the names of things before the server has named them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True, eq=False)
class Item:
    """One entry of one device.

    ``at`` counts whole seconds from the start of the scenario, and so does ``until`` in a body. The body names persons
    by their position in the town, tubes and boxes by their serial, journals by the device's name; until
    ``script.settle`` a person found or another entry is the Item itself, afterwards a person found is minus the number
    of the entry that reported it. Bodies hold no campaign.
    """

    at: int
    kind: str
    area: int
    body: dict[str, Any]
    number: int = 0
    #: When the device sends it: later than ``at`` while it is offline.
    sent: int = 0


@dataclass(slots=True)
class Tube:
    """A sealed tube on its way."""

    serial: int
    sealed: int
    area: int
    members: list[Any]
    positive: bool
    invalid: bool = False
    again: bool = False


@dataclass(slots=True)
class Book:
    """All entries of one device, as they come to be."""

    name: str
    items: list[Item] = field(default_factory=list)

    def write(self, at: float, kind: str, area: int, **body: Any) -> Item:
        """Write an entry down; the order in time is made later."""
        item = Item(int(at), kind, int(area), body)
        self.items.append(item)
        return item
