"""Lists of several sources linked: rules by name, one to one, what never merges. In a DuckDB of its own."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

from bulou.places.documents import check_character
from bulou.places.linkage.link import Linked, Settings, database, link
from bulou.places.linkage.pairing import clear, one_to_one

POLICE, PROPERTY, VACCINE = 1, 2, 4


def number(serial: int, day: str = "19880506") -> str:
    start = f"319904{day}{serial:03}"
    return start + check_character(start)


def linked(*rows: tuple) -> Linked:
    """Link rows of (id, mask, name, number, birth, phone, compound, building, room)."""
    with database(Settings(memory=500, sample=10_000)) as connection:
        for row in rows:
            connection.execute("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", list(row))
        return link(connection, Settings(memory=500, sample=10_000))


def pairs(found: Linked) -> dict[tuple[int, int], str]:
    return {(a, b): reason for a, b, reason, _ in found.merges}


def asked(found: Linked) -> dict[tuple[int, int], str]:
    return {(a, b): reason for a, b, reason, _ in found.doubts}


def test_a_number_and_a_name_are_one_person_wherever_the_door():
    found = linked(
        (1, POLICE, "沈试敏", number(1), "1988-05-06", "", "1", "2", "601"),
        (2, VACCINE, "沈试敏", number(1), "1988-05-06", "", "9", "3", "202"),
    )
    assert pairs(found) == {(1, 2): "number"} and not found.singles


def test_a_number_with_another_name_behind_another_door_is_a_question():
    found = linked(
        (1, POLICE, "沈试敏", number(1), "1988-05-06", "", "1", "2", "601"),
        (2, VACCINE, "王大力", number(1), "1988-05-06", "", "9", "3", "202"),
    )
    assert not found.merges and asked(found) == {(1, 2): "same_number"}


def test_father_and_son_behind_one_door_stay_two():
    found = linked(
        (1, POLICE, "陆建国", number(1, "19600101"), "1960-01-01", "13900000001", "1", "2", "601"),
        (2, PROPERTY, "陆建华", "", "1988-05-06", "13900000001", "1", "2", "601"),
    )
    assert not found.merges


def test_a_name_of_the_same_sound_and_one_telephone_are_one():
    found = linked(
        (1, POLICE, "沈静", "", "", "13900000001", "1", "2", "601"),
        (2, PROPERTY, "沈靖", "", "", "139 0000 0001", "5", "2", "101"),
    )
    assert pairs(found) == {(1, 2): "phone"}


def test_doors_are_compared_in_the_form_of_the_house():
    found = linked(
        (1, POLICE, "沈试敏", "", "", "", "梅溪新村", "1号楼", "０６０１室"),
        (2, PROPERTY, "沈试敏", "", "", "", "梅溪新村", "一号楼", "601"),
    )
    assert pairs(found) == {(1, 2): "door"}


def test_two_of_one_list_are_never_one_person():
    found = linked(
        (1, POLICE, "沈试敏", "", "", "", "1", "2", "601"),
        (2, POLICE, "沈试敏", "", "", "", "1", "2", "601"),
        (3, PROPERTY, "沈试敏", "", "", "", "1", "2", "601"),
    )
    assert not found.merges and list(asked(found).values()) == ["contested"]


def test_two_lists_that_agree_with_a_third_are_one_person_with_it():
    found = linked(
        (1, POLICE, "沈试敏", number(1), "1988-05-06", "", "1", "2", "601"),
        (2, PROPERTY, "沈试敏", "", "", "13900000001", "9", "3", "202"),
        (3, VACCINE, "沈试敏", number(1), "1988-05-06", "13900000001", "9", "3", "202"),
    )
    assert set(found.person.tolist()) == {1}


def test_nobody_and_one_person_alone():
    assert linked().ids.tolist() == []
    one = linked((7, POLICE, "沈试敏", "", "", "", "1", "2", "601"))
    assert one.singles == [7] and not one.merges


def test_the_same_lists_give_the_same_answer_in_any_order():
    rows = [
        (n, mask, f"沈{c}{d}", number(n % 40) if n % 3 else "", "", f"1390000{n % 40:04}", "1", str(n % 5), str(n % 9))
        for n, (mask, c, d) in enumerate(
            itertools.islice(itertools.cycle(itertools.product((1, 2, 4), "试静靖丽", "敏满")), 120), 1
        )
    ]
    first = linked(*rows)
    random.Random(3).shuffle(rows)
    again = linked(*rows)
    assert first.person.tolist() == again.person.tolist() and first.merges == again.merges
    assert first.doubts == again.doubts


@pytest.mark.parametrize("seed", range(20))
def test_rounds_give_what_the_greedy_pass_gives(seed: int):
    rng = np.random.default_rng(seed)
    count, edges = 30, 80
    mask = 1 << rng.integers(0, 3, count)
    left, right = rng.integers(0, count, edges), rng.integers(0, count, edges)
    person, _ = one_to_one(left, right, mask)
    plain, held = list(range(count)), mask.tolist()
    for a, b in zip(left.tolist(), right.tolist(), strict=True):
        x, y = sorted((plain[a], plain[b]))
        if x != y and not held[x] & held[y]:
            held[x] |= held[y]
            plain = [x if one == y else one for one in plain]
    assert person.tolist() == plain


def test_a_rival_of_the_same_list_makes_a_pair_unclear():
    left, right = np.array([0, 0, 0]), np.array([1, 2, 3])
    mask = np.array([1, 2, 2, 4])
    assert clear(left, right, mask, np.array([20.0, 18.0, 9.0]), 3.0).tolist() == [False, False, True]
    assert clear(left, right, mask, np.array([20.0, 12.0, 9.0]), 3.0).tolist() == [True, False, True]
