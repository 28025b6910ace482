"""Learns the server's ids from work packs, as a real phone does: by building, door and name."""

from __future__ import annotations

from collections import defaultdict

import msgspec
from msgspec import Struct

from bulou.rehearsal.town import Town


class Household(Struct):
    """A household of a pack; only what is needed to find it."""

    id: int
    area: int
    stairwell: str | int | None = None
    floor: str | int | None = None
    door: str | int | None = None


class Person(Struct):
    """A person of a pack."""

    id: int
    household: int | None
    name: str


class Round(Struct):
    """A campaign of a pack."""

    id: int
    kind: str = ""
    closed_at: str | None = None


class Pack(Struct):
    """What the rehearsal reads of a work pack."""

    households: list[Household]
    persons: list[Person]
    campaigns: list[Round] = []


class RosterDiffers(Exception):
    """The server's roster is not that of the town: import the town first."""


class Roster:
    """The ids of the town's people and households, filled pack by pack."""

    def __init__(self, town: Town):
        self.persons: list[int] = [0] * len(town.persons)
        self.households: list[int] = [0] * len(town.households)
        self.campaigns: set[int] = set()
        homes = town.households.select("area", "stairwell", "floor", "door").iter_rows()
        self._homes = {_door(*home): position for position, home in enumerate(homes)}
        self._members: dict[int, list[int]] = defaultdict(list)
        for position, household in enumerate(town.persons["household"].to_list()):
            self._members[household - 1].append(position)
        self._names: list[str] = town.persons["name"].to_list()
        self._pack = msgspec.json.Decoder(Pack)

    def learn(self, content: bytes) -> None:
        """Take over what a pack (JSON) names. People whom the town does not know are passed over."""
        pack = self._pack.decode(content)
        self.campaigns |= {row.id for row in pack.campaigns if row.kind in ("", "pcr") and row.closed_at is None}
        at = {}
        for home in pack.households:
            position = self._homes.get(_door(home.area, home.stairwell, home.floor, home.door))
            if position is not None:
                at[home.id] = position
                self.households[position] = home.id
        called: dict[tuple[int, str], list[int]] = defaultdict(list)
        for person in pack.persons:
            if person.household in at:
                called[at[person.household], person.name].append(person.id)
        for ids in called.values():
            ids.sort(reverse=True)
        for position in at.values():
            for member in self._members[position]:
                # Two of one name in one household are taken in the order of their ids.
                ids = called[position, self._names[member]]
                if ids and not self.persons[member]:
                    self.persons[member] = ids.pop()

    def check(self) -> None:
        """Hold the packs to the town.

        Raises:
            RosterDiffers: people or households of the town are in no pack.
        """
        persons, homes = self.persons.count(0), self.households.count(0)
        if persons or homes:
            raise RosterDiffers(
                f"{persons} of {len(self.persons)} people and {homes} of {len(self.households)} households of the town"
                " are in no work pack; import the town's roster and open the round before rehearsing"
            )


def _door(area: int, stairwell: object, floor: object, door: object) -> tuple[int, str, str, str]:
    return area, _text(stairwell), _text(floor), _text(door)


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()
