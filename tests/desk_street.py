"""Plum Creek on the desk: its places and people in the registers, a round opened, the cast's journals enrolled."""

from __future__ import annotations

from bulou.desk.actions import add_user
from bulou.ledger import intake, journals
from bulou.ledger.areas import span
from bulou.ledger.effects import Entry
from bulou.ledger.rules import JournalFacts
from bulou.ledger.scope import EVERYWHERE
from bulou.places.actions import load_town
from bulou.rounds.actions import open_round
from tests import cast

PASSWORD = "plum-creek-at-dawn"
NEXT_STREET = cast.area_id(104, 8)
NEXT_BUILDING = cast.area_id(104, 8, 1, 1, 1)
STRANGER = 900
NAMES = (
    (cast.DISTRICT, "梅区", "Plum District"),
    (cast.STREET, "梅溪街道", "Plum Creek"),
    (cast.UPPER, "梅溪一居委", ""),
    (cast.LOWER, "梅溪二居委", ""),
    (cast.ESTATE, "梅溪新村", ""),
    (cast.NO_1, "1号楼", "No. 1"),
    (cast.NO_2, "2号楼", "No. 2"),
    (cast.area_id(104, 7, 1, 2), "梅溪公寓", ""),
    (cast.COURT, "公寓楼", ""),
    (cast.area_id(104, 7, 2, 1), "桥头小区", ""),
    (cast.BRIDGE, "桥头楼", ""),
    (NEXT_STREET, "竹溪街道", "Bamboo Creek"),
    (cast.area_id(104, 8, 1), "竹溪居委", ""),
    (cast.area_id(104, 8, 1, 1), "竹溪小区", ""),
    (NEXT_BUILDING, "竹溪楼", ""),
)


def settle(names: dict[str, str] | None = None) -> None:
    """Fill the registers, enrol the journals, open the round. ``names``: written names that differ from the cast's."""
    areas = [
        {"id": id_, "name": zh, "name_en": en, "x": 1000.0 + 700 * (i % 3), "y": 1000.0 + 500 * (i // 3)}
        for i, (id_, zh, en) in enumerate(NAMES)
    ]
    flats = [(h.id, h.area, "1", int(h.door[0]), h.door) for h in cast.HOUSEHOLDS] + [
        (99, NEXT_BUILDING, "1", 1, "101")
    ]
    homes = {person: h.id for h in cast.HOUSEHOLDS for person in h.persons}
    written = names or {}
    persons = [
        (p.id, homes[p.id], written.get(p.name, p.zh), 1970, None, [])
        for p in cast.PERSONS.values()
    ] + [(STRANGER, 99, "竹生", 1970, None, [])]  # fmt: skip
    load_town(
        areas,
        dict(zip(("id", "area", "stairwell", "floor", "door"), zip(*flats, strict=True), strict=True)),
        dict(zip(("id", "household", "name", "birth_year", "phone", "needs"), zip(*persons, strict=True), strict=True)),
        cast.DAWN,
        "cast",
    )
    for name, id_ in cast.WRITERS.items():
        enrol(cast.JOURNALS[id_], name)
    opener, _ = journals.enrol("command", "system", EVERYWHERE, cast.DAWN, cast.minute(9000))
    open_round(cast.ROUND, "第一轮核酸", cast.DISTRICT, opener, cast.DAWN, cast.DAWN)
    add_user("district", PASSWORD, [cast.DISTRICT])
    add_user("street", PASSWORD, [cast.STREET])
    add_user("neighbour", PASSWORD, [NEXT_STREET])
    add_user("nobody", PASSWORD, [])


def enrol(facts: JournalFacts, name: str) -> None:
    """Enrol a journal under its own id, which the drawn one gives way to."""
    from django.db import connection, connections

    drawn, _ = journals.enrol(name, facts.kind, facts.ranges, facts.enrolled_at, facts.expires_at)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_journal SET id = %s WHERE id = %s", [facts.id, drawn])
    with connections["owner"].cursor() as cursor:  # the application cannot: a record is written once
        cursor.execute("UPDATE ledger_journal_record SET journal = %s WHERE journal = %s", [facts.id, drawn])


def post(*entries: Entry, minute: float = 600) -> None:
    """Take entries in; each must be kept."""
    receipts = intake.post(entries, cast.minute(minute))
    assert {r.status for r in receipts} == {"kept"}, receipts


def url(area: int, page: str = "", campaign: int = cast.ROUND) -> str:
    """Return the address of a node's page."""
    return f"/rounds/{campaign}/areas/{area}{page}"


LOW, HIGH = span(cast.STREET)
