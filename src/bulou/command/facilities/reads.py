"""What is known of facilities: who lies in which bed, who is on the way, what the daily records say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from bulou.cases.occupancy import Lying, usable
from bulou.cases.release import Decision, Result, decide, rule_of
from bulou.cases.vocabulary import CONTACT, INFECTION, STAY
from bulou.command.transport.reads import MOST, site_of
from bulou.command.work import reads
from bulou.command.work.reads import Asked
from bulou.command.work.rules import Row
from bulou.ledger.scope import Ranges
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY
from bulou.places import units
from bulou.places.units import Unit
from bulou.ui.figures import rows
from bulou.ui.room import unit_kinds, works

SQL = statements(__package__, "facilities")
#: Hours after which the outlook tells how many beds are taken, and the mean stay where none has ended yet.
HOURS, USUAL_STAY = (24, 48, 72), 8 * 24.0


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody in a bed. ``decision``: whether he may go home; None of a contact, whose observation has an end."""

    row: Row
    bed: str
    contact: bool
    decision: Decision | None

    @property
    def lying(self) -> Lying:
        """What the rules of occupancy take."""
        return Lying(self.row.subject, self.bed, self.contact, self.row.household or 0)


@dataclass(slots=True)
class House:
    """A facility: who lies there, who comes, and how many were admitted within the last day."""

    unit: Unit
    guests: list[Guest] = field(default_factory=list)
    coming: list[Row] = field(default_factory=list)
    fresh: int = 0

    @property
    def beds(self) -> int:
        """How many beds somebody can lie in: without those that are closed or being cleaned."""
        return usable(self.unit.attributes)

    @property
    def free(self) -> int:
        """How many are neither taken nor held for who is on the way; below 0 where there are too few."""
        return self.beds - len(self.guests) - len(self.coming)


def houses(ranges: Ranges, now: datetime) -> dict[int, House]:
    """Return the facilities in sight with whom they hold, by their number."""
    found, _more = units.listed(unit_kinds()["facility"].code, limit=units.MOST)
    out = {unit.id: House(unit) for unit in found}
    by_name = {unit.name.strip().casefold(): unit for unit in found}
    kinds = works()
    listed = {
        name: reads.listed(kinds[name], ranges, Asked(state=state), now, limit=MOST)[0]
        for name, state in (("disposition", "all"), (CONTACT.name, "open"), (STAY.name, "open"))
    }
    moved = {(row.campaign, row.subject): row for row in listed["disposition"]}
    notes = _tests(listed[STAY.name])
    stands = _stands([row.subject for row in listed[STAY.name]], now)
    for row in listed[STAY.name]:
        before = moved.get((row.campaign, row.subject))
        house = out.get(site_of(row, by_name) or (site_of(before, by_name) if before else 0))
        if house is None:
            continue
        bed = str(row.latest.get("bed") or (before.latest.get("bed") if before else "") or "")
        decision = decide(
            before.began if before else row.began, str(row.latest.get("symptoms", "")), notes.get(row.subject, []),
            row.subject in stands, now, rule_of(now.date()),
        )  # fmt: skip
        house.guests.append(Guest(row, bed, False, decision))
        house.fresh += (now - row.began).total_seconds() < 86_400
    for row in listed["disposition"]:
        house = out.get(site_of(row, by_name))
        if house and row.open and row.at.name in ("placed", "collected"):
            house.coming.append(row)
    for row in listed[CONTACT.name]:
        house = out.get(site_of(row, by_name))
        if house and row.at.name == "observed":
            house.guests.append(Guest(row, str(row.latest.get("bed", "")), True, None))
        elif house and row.at.name in ("placed", "collected"):
            house.coming.append(row)
    return out


def _tests(stays: Sequence[Row]) -> Mapping[int, list[Result]]:
    """Return the tests with a result that the daily records tell, by person."""
    out: dict[int, list[Result]] = {}
    if not stays:
        return out
    for subject, at, raw in rows(SQL["notes"], kind=stays[0].kind.code, subjects=[row.subject for row in stays]):
        told = msgspec.json.decode(bytes(raw))["body"].get("test")
        if told in ("negative", "positive"):
            out.setdefault(subject, []).append(Result(at, told == "negative"))
    return out


def _stands(persons: Sequence[int], now: datetime) -> set[int]:
    name, value = INFECTION
    kind = REGISTRY.duties["disposition"].code
    values = {"persons": [*persons], "name": name, "value": value, "now": now, "kind": kind}
    found = rows(SQL["positive"], **values) if persons else []
    return {row[0] for row in found}
