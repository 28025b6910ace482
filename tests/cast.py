"""The fixed cast: Plum Creek (梅溪里), a small invented street that everybody in the tests knows by name.

Two estates with three buildings, and one building in the neighbourhood next door; a dozen households. Two volunteers
with a phone each, a desk, a courier and a laboratory write the journals.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bulou.ledger.areas import area_id, span
from bulou.ledger.check_digit import label
from bulou.ledger.rules import JournalFacts

# -- when and where ------------------------------------------------------------------------------

#: Six in the morning at Plum Creek is ten in the evening of the day before, in UTC.
DAWN = datetime(2022, 4, 3, 22, 0, tzinfo=UTC)

DISTRICT = area_id(104)
STREET = area_id(104, 7)
UPPER = area_id(104, 7, 1)  # neighbourhood 梅溪一居委
LOWER = area_id(104, 7, 2)  # neighbourhood 梅溪二居委
ESTATE = area_id(104, 7, 1, 1)  # 梅溪新村
NO_1 = area_id(104, 7, 1, 1, 1)
NO_2 = area_id(104, 7, 1, 1, 2)
COURT = area_id(104, 7, 1, 2, 1)  # 梅溪公寓, the only building of its estate
BRIDGE = area_id(104, 7, 2, 1, 1)  # 桥头, next door
FAR = area_id(110, 1, 1, 1, 1)  # another district
BUILDINGS = (NO_1, NO_2, COURT, BRIDGE)
PLACES = {
    "no.1": NO_1, "no.2": NO_2, "court": COURT, "bridge": BRIDGE, "estate": ESTATE, "upper": UPPER, "lower": LOWER,
    "street": STREET, "district": DISTRICT, "far": FAR,
}  # fmt: skip


def minute(n: float) -> datetime:
    """Return the moment ``n`` minutes after dawn."""
    return DAWN + timedelta(minutes=n)


# -- who lives there -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Household:
    """A flat: its id, its building, and who lives in it."""

    id: int
    zh: str
    area: int
    door: str
    persons: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the cast: id, the short name used in tables, the name as written."""

    id: int
    name: str
    zh: str


def _street() -> tuple[tuple[Household, ...], dict[str, Person]]:
    rows = (
        (NO_1, "101", "桂芳", (("gui", "王桂芳"),)),  # lives alone, 83, does not come down
        (NO_1, "102", "李家", (("li", "李建国"), ("mei", "陈美华"), ("xiaoli", "李晓丽"))),
        (NO_1, "201", "周家", (("zhou", "周志强"), ("hua", "吴丽华"))),
        (NO_1, "202", "合租", (("sun", "孙浩"), ("qian", "钱文静"), ("feng", "冯磊"))),  # three who share a flat
        (NO_2, "101", "赵家", (("zhao", "赵德明"), ("yun", "沈秀云"))),
        (NO_2, "102", "郑家", (("zheng", "郑海燕"), ("bao", "郑小宝"))),  # mother and newborn
        (NO_2, "201", "何家", (("he", "何永康"), ("ping", "何平"))),  # he goes to dialysis
        (NO_2, "301", "空户", ()),  # empty on paper
        (COURT, "1A", "林家", (("lin", "林婉"), ("an", "林安"))),
        (COURT, "1B", "马丁", (("martin", "Martin Keller"),)),  # no Chinese id card
        (COURT, "2A", "唐家", (("tang", "唐国栋"), ("yue", "唐月"), ("gang", "唐刚"))),
        (BRIDGE, "102", "丁家", (("ding", "丁大勇"), ("rong", "丁荣"))),
    )
    households, persons, number = [], {}, 500
    for flat, (area, door, zh, people) in enumerate(rows, 41):
        ids = []
        for name, written in people:
            number += 1
            persons[name] = Person(number, name, written)
            ids.append(number)
        households.append(Household(flat, zh, area, door, tuple(ids)))
    return tuple(households), persons


HOUSEHOLDS, PERSONS = _street()
HOMES = {person: household.area for household in HOUSEHOLDS for person in household.persons}

TUBES = {f"T{n}": label(70_000 + n) for n in range(1, 10)}
BOXES = {f"B{n}": label(90_000 + n) for n in range(1, 6)}
KITS, RICE = 801, 802  # goods
DEPOT, KITCHEN = 31, 32  # stores
ROUND, SECOND_ROUND = 1, 2  # campaigns
LAB, VAN = 21, 22  # the laboratory and the courier as holders

# -- who writes ----------------------------------------------------------------------------------

_WRITERS = (
    ("ayi", 1_001, "phone", ESTATE),  # 阿姨 of the residents' committee, at the estate
    ("lao", 1_002, "phone", STREET),  # the old hand who helps out along the whole street
    ("desk", 1_003, "desk", STREET),
    ("van", 1_004, "courier", DISTRICT),
    ("lab", 1_005, "laboratory", DISTRICT),
    ("command", 1_006, "desk", DISTRICT),  # opens rounds, and writes nothing else
    # Next door: who answers for the bridge alone, whatever is said of the estate.
    ("qiao", 1_007, "phone", LOWER),
    ("clerk", 1_008, "desk", LOWER),
    ("clinic", 1_010, "laboratory", LOWER),
)
JOURNALS: dict[int, JournalFacts] = {
    id_: JournalFacts(id_, kind, (span(area),), DAWN - timedelta(hours=1), DAWN + timedelta(days=3))
    for _, id_, kind, area in _WRITERS
}
WRITERS: dict[str, int] = {name: id_ for name, id_, _, _ in _WRITERS}
AYI, LAO, DESK, COURIER, LABORATORY, COMMAND, QIAO, CLERK, CLINIC = WRITERS.values()
