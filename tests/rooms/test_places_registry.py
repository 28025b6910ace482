"""Areas, towns, people found in the field, scope and the record of look-ups."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from bulou.ledger.areas import FOUND_BASE, area_id, found_id, span
from bulou.ledger.effects import Entry
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places import actions, reads

AT = datetime(2022, 4, 3, 8, tzinfo=UTC)
DISTRICT, STREET, UNIT, COMPOUND = area_id(1), area_id(1, 1), area_id(1, 1, 1), area_id(1, 1, 1, 1)
HOUSE_1, HOUSE_2 = area_id(1, 1, 1, 1, 1), area_id(1, 1, 1, 1, 2)
AREAS = [
    {"id": DISTRICT, "name": "试验区", "name_en": "Trial District", "code": "000001"},
    {"id": STREET, "name": "试验镇", "code": "000001001"},
    {"id": UNIT, "name": "一居委"},
    {"id": COMPOUND, "name": "平安小区", "x": 10.0, "y": 20.0},
    {"id": HOUSE_1, "name": "1号楼"},
    {"id": HOUSE_2, "name": "2号楼"},
]


@pytest.fixture
def town(db):
    """Two buildings, two doors, three people."""
    actions.load_town(
        AREAS,
        {"id": [1, 2], "area": [HOUSE_1, HOUSE_2], "stairwell": [1, 1], "floor": [1, 1], "door": ["101", "101"]},
        {
            "id": [1, 2, 3],
            "household": [1, 1, 2],
            "name": ["王试安", "曾试宁", "李试平"],
            "birth_year": [1980, 2019, 1940],
            "phone": ["00012345678", None, None],
            "needs": [[], ["infant"], ["bedridden", "alone_over_75"]],
        },
        AT,
        "演练名册",
    )


def found(number: int, **body) -> Entry:
    return Entry(7, number, "person.found", AT, HOUSE_1, {"campaign": 1, "name": "赵试新", **body})


def test_a_town_can_be_read_back(town):
    with scoped(EVERYWHERE):
        people = reads.persons((span(COMPOUND),))
        assert [(p["name"], p["needs"]) for p in people] == [
            ("王试安", []), ("曾试宁", ["infant"]), ("李试平", ["bedridden", "alone_over_75"]),
        ]  # fmt: skip
        assert not {"id_tail", "id_digest"} & set(people[0])
        assert [h["door"] for h in reads.households((span(HOUSE_2),))] == ["101"]
        assert [a["name"] for a in reads.children(COMPOUND)] == ["1号楼", "2号楼"]
        assert [name for _, name, _ in reads.path(HOUSE_1)] == ["试验区", "试验镇", "一居委", "平安小区", "1号楼"]


def test_scope_decides_which_people_there_are(town):
    assert reads.persons(EVERYWHERE) == []
    with scoped((span(HOUSE_2),)):
        assert [p["name"] for p in reads.persons(EVERYWHERE)] == ["李试平"]
        assert [h["id"] for h in reads.households(EVERYWHERE)] == [2]
        assert actions.look_up(1, "a", "电话核实", AT) is None
    with pytest.raises(DatabaseError), scoped((span(HOUSE_2),)), connection.cursor() as cursor:
        cursor.execute("UPDATE places_person SET area = %s WHERE id = 3", [HOUSE_1])


def test_area_values_that_change_are_kept_with_their_dates(town):
    later, last = AT + timedelta(days=1), AT + timedelta(days=2)
    actions.load_areas([{"id": COMPOUND, "name": "平安苑", "x": 10.0, "y": 20.0}], later, "更名通知")
    actions.load_areas([{"id": COMPOUND, "name": "平安苑", "x": 10.0, "y": 20.0}], later, "更名通知")
    actions.load_areas([{"id": COMPOUND, "name": "安平苑", "x": 10.0, "y": 20.0}], last, "更名通知")
    with connection.cursor() as cursor:
        cursor.execute("SELECT value, valid_from, valid_to FROM places_area_fact ORDER BY valid_from")
        assert cursor.fetchall() == [("平安小区", AT, later), ("平安苑", later, last), ("安平苑", last, None)]


def test_an_area_without_its_parent_is_refused(town):
    with pytest.raises(ValueError, match="parent"):
        actions.load_areas([{"id": area_id(1, 2, 1), "name": "孤居委"}], AT, "x")
    with pytest.raises(ValueError, match="not the id"):
        actions.load_areas([{"id": 1 << 50, "name": "外"}], AT, "x")


def test_people_found_in_the_field_are_registered_once(town):
    entries = [found(1), found(2, door="102", stairwell="1", floor=1, needs=["pregnant"]), found(3, household=1)]
    assert actions.register_found(entries, AT).new == 3
    assert actions.register_found(entries, AT).new == 0
    with scoped(EVERYWHERE):
        people = {p["id"]: p for p in reads.persons((span(HOUSE_1),)) if p["id"] >= FOUND_BASE}
    assert set(people) == {found_id(7, 1), found_id(7, 2), found_id(7, 3)}
    assert people[found_id(7, 1)]["household"] is None
    assert people[found_id(7, 2)]["household"] > 2 and people[found_id(7, 2)]["needs"] == ["pregnant"]
    assert people[found_id(7, 3)]["household"] == 1


def test_each_look_at_a_person_is_on_record(town):
    with scoped((span(HOUSE_1),)):
        assert actions.look_up(1, "张督查", "电话核实", AT)["phone"] == "00012345678"
        with pytest.raises(ValueError, match="reason"):
            actions.look_up(1, "张督查", "  ", AT)
        with connection.cursor() as cursor:
            cursor.execute('SELECT person, area, "user", reason, at FROM places_look_up')
            assert cursor.fetchall() == [(1, HOUSE_1, "张督查", "电话核实", AT)]
    with pytest.raises(DatabaseError), scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute("DELETE FROM places_look_up")


@pytest.mark.parametrize(
    "change",
    [
        "needs = 64",
        "name = ''",
        "birth_year = 1500",
        "id_digest = decode('00', 'hex')",
        "merged_into = id",
        "area = 0",
    ],
)
def test_the_database_refuses_bad_states(town, change):
    with pytest.raises(IntegrityError), scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute(f"UPDATE places_person SET {change} WHERE id = 1")


def test_two_facts_at_once_are_refused(town):
    insert = (
        "INSERT INTO places_person_fact (person, attribute, value, valid_from, valid_to, recorded_at)"
        " VALUES (1, 3, %s, %s, %s, %s)"
    )
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute(insert, ["1", AT, AT + timedelta(days=2), AT])
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute(insert, ["2", AT + timedelta(days=1), None, AT])


def test_ids_go_on_behind_those_given_by_hand(town):
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute("SELECT nextval('places_person_id_seq'), nextval('places_household_id_seq')")
        assert cursor.fetchone() == (4, 3)
