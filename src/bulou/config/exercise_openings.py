"""What opens in an exercise without a phone: contacts, re-visits, levels, shortages; and its units."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bulou.ledger.areas import span

#: Facilities of an exercise: code, name, purpose, and beds for each thousand people.
SITES = (
    ("DEMO-ISO", "演练方舟", "isolation", 20), ("DEMO-HOSP", "演练定点医院", "hospital", 4),
    ("DEMO-QUA", "演练密接隔离点", "quarantine", 60),
)  # fmt: skip
#: Vehicles: code, name, type, seats, stretchers.
VEHICLES = (
    ("DEMO-BUS", "演练大巴", "bus", 30, 0), ("DEMO-VAN", "演练面包车", "van", 6, 0),
    ("DEMO-AMB", "演练救护车", "ambulance", 4, 1),
)  # fmt: skip
#: So many buildings are locked down at most, and half of the interval of a check of coverage, in tenths of a percent.
BUILDINGS, HALF_WIDTH = 40, 50


def register(district: int, people: int, at: datetime) -> dict[str, dict[str, Any]]:
    """Enter facilities and vehicles; return by kind of duty which of them its forms name. Those that stand are used."""
    from bulou.cases.vocabulary import CONTACT, DUTIES
    from bulou.ledger.scope import EVERYWHERE, scoped
    from bulou.places import units
    from bulou.places.units import Unit
    from bulou.ui.room import unit_kinds

    site, car = unit_kinds()["facility"].code, unit_kinds()["vehicle"].code
    wanted = [
        Unit(0, site, district, name, code, attributes={"purpose": purpose, "beds": 50 + share * people // 1000})
        for code, name, purpose, share in SITES
    ] + [
        Unit(0, car, district, name, code, attributes={"type": sort, "seats": seats, "stretchers": lying})
        for code, name, sort, seats, lying in VEHICLES
    ]  # fmt: skip
    with scoped(EVERYWHERE):
        known = {code: unit.id for code, unit in units.coded([unit.code for unit in wanted]).items()}
        fresh = [unit for unit in wanted if unit.code not in known]
        if fresh:
            known |= dict(zip((unit.code for unit in fresh), units.add(fresh, "demo", at), strict=True))
    cars = [known[code] for code, *_rest in VEHICLES]
    return {
        DUTIES[0].name: {"site": known["DEMO-ISO"], "car": cars},
        CONTACT.name: {"site": known["DEMO-QUA"], "car": cars},
    }


def open_all(district: int, inspectors: Sequence[int], start: datetime, end: datetime, seed: int) -> dict[str, int]:
    """Open what the house, command and the store open themselves; return how many of each."""
    from bulou.command.tracing import actions
    from bulou.ledger.scope import EVERYWHERE, scoped

    with scoped(EVERYWHERE):
        contacts = actions.follow(end)
        return {
            "contacts": contacts,
            "revisits": _revisits(district, inspectors, start, end, seed),
            "levels": _levels(district, end),
            "shortages": _shortages(district, start + (end - start) / 2, end),
        }  # fmt: skip


def _revisits(district: int, inspectors: Sequence[int], start: datetime, end: datetime, seed: int) -> int:
    """Draw the check of coverage of the newest round, five hours before the end.

    Inspectors have it, whose phones have the whole district: a phone may say nothing outside its area.
    """
    from bulou.ledger import journals
    from bulou.ledger.models import Campaign
    from bulou.ledger.vocabulary import Subject
    from bulou.rounds.coverage_check import actions
    from bulou.rounds.coverage_check.kind import PROGRAMME, REVISIT, SWAB
    from bulou.ui.figures import rows

    (newest,) = rows("SELECT max(campaign) FROM ledger_counter WHERE kind = %(swab)s", swab=SWAB)[0]
    found = Campaign.objects.filter(id=newest).first()
    at = max(start, end - timedelta(hours=5))
    if found is None:
        return 0
    try:
        drawn, _given = actions.draw(
            found,
            district,
            HALF_WIDTH,
            1 + seed % 99_999,
            at + timedelta(days=1),
            "demo",
            lambda _need, _area: True,
            at,
        )
    except actions.Refusal:  # so short a day that nobody has been sampled by then
        return 0
    people = rows("SELECT person, area FROM coverage_drawn WHERE draw = %(draw)s ORDER BY person", draw=drawn.pk)
    said = [
        (
            "duty.given", at + timedelta(minutes=1), area,
            {"campaign": PROGRAMME.id, "subjects": [person], "occasion": found.id, "duty": REVISIT.name,
             "to_kind": int(Subject.JOURNAL), "to": inspectors[n % len(inspectors)]},
        )
        for n, (person, area) in enumerate(people) if inspectors
    ]  # fmt: skip
    _kept(journals, district, said, end)
    return len(people)


def _levels(district: int, end: datetime) -> int:
    """Lock the buildings of positives down, and say when the levels are looked at again."""
    from bulou.cases.vocabulary import INFECTION
    from bulou.ledger import journals
    from bulou.ui.figures import rows

    name, value = INFECTION
    found = rows(
        "SELECT p.area, min(s.since) FROM ledger_standing AS s JOIN places_person AS p ON p.id = s.subject"
        " WHERE s.subject_kind = 1 AND s.name = %(name)s AND s.value = %(value)s AND s.since < %(end)s"
        " GROUP BY p.area ORDER BY p.area LIMIT %(most)s",
        name=name, value=value, end=end, most=BUILDINGS,
    )  # fmt: skip
    said = [
        (
            "zone.decided", at + timedelta(minutes=30), area,
            {"level": "lockdown", "basis": "other", "reason": "楼内有阳性人员",
             "review": (at + timedelta(days=7)).isoformat()},
        )
        for area, at in found
        if at + timedelta(minutes=30) < end
    ]  # fmt: skip
    return _kept(journals, district, said, end)


def _shortages(district: int, at: datetime, end: datetime) -> int:
    """Foresee that the store's last parcels will not do."""
    from bulou.ledger import journals
    from bulou.places import units
    from bulou.relief.stock import registry
    from bulou.relief.stock.shortages import PROGRAMME

    store, good = units.coded([f"STORE-{district >> 39}"]), registry.coded(["PARCEL"])
    if not store or not good:
        return 0
    body = {
        "campaign": PROGRAMME.id, "subjects": [district], "short": 100, "why": "按近日用量",
        "store": next(iter(store.values())).id, "good": next(iter(good.values())).pk,
        "due": (at + timedelta(hours=8)).isoformat(),
    }  # fmt: skip
    return _kept(journals, district, [("shortage.foreseen", at, district, body)], end)


def _kept(journals: Any, district: int, said: list[Any], end: datetime) -> int:
    if not said:
        return 0
    desk, _key = journals.enrol(
        "区指挥部", "desk", (span(district),), min(at for _k, at, _a, _b in said), end + timedelta(days=1)
    )
    receipts = journals.append(desk, said, end)
    if wrong := next((row for row in receipts if row.status != "kept"), None):
        raise RuntimeError(f"an entry of command was {wrong.status} ({wrong.code}, {wrong.field})")
    return len(said)
