"""No family is split without a reason, no bed holds two unnoticed, positives and contacts are never mixed unnoticed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bulou.cases.family import Placed, place_of, split
from bulou.cases.occupancy import Lying, doubled, key, mixed, usable

PLACES = st.sampled_from(["facility:1", "facility:2", "hospital:3", "home:", ""])
STEPS = st.lists(st.tuples(st.integers(1, 9), PLACES, st.sampled_from(["", "", "medical"])), max_size=30)


@given(STEPS)
def test_in_whatever_order_places_are_decided_no_family_is_split_without_a_reason(steps: list) -> None:
    held: dict[int, Placed] = {}
    for person, place, apart in steps:
        asked = held | {person: Placed(person, person % 3, place, apart)}
        if not split(asked.values()):  # what the form refuses is not written
            held = asked
    for home in (1, 2):
        bare = {one.place for one in held.values() if one.household == home and one.place and not one.apart}
        assert len(bare) <= 1
    assert split(held.values()) == {}


@given(st.lists(st.builds(Placed, st.integers(1, 9), st.integers(0, 3), PLACES, st.sampled_from(["", "own_wish"]))))
def test_who_is_apart_is_named_and_a_reason_settles_it(placed: list[Placed]) -> None:
    unique = {one.person: one for one in placed}
    named = split(unique.values())
    assert 0 not in named, "who lives with nobody known is split from nobody"
    apart = {person for people in named.values() for person in people}
    settled = [Placed(p, o.household, o.place, o.apart or ("medical" if p in apart else "")) for p, o in unique.items()]
    assert split(settled) == {}
    assert split([*unique.values()][::-1]) == named


LYING = st.lists(
    st.builds(Lying, st.integers(1, 9), st.sampled_from(["", "A-1", "a -1", "B-2", "C-3"]), st.booleans()),
    unique_by=lambda one: one.person, max_size=9,
)  # fmt: skip


@given(LYING)
def test_two_in_one_bed_and_contacts_beside_positives_are_always_named(lying: list[Lying]) -> None:
    named = doubled(lying)
    for bed in {key(one.bed) for one in lying} - {""}:
        own = sorted(one.person for one in lying if key(one.bed) == bed)
        assert named.get(bed, []) == (own if len(own) > 1 else [])
    contacts, positives = mixed(lying)
    both = {one.contact for one in lying} == {True, False}
    assert bool(contacts) == bool(positives) == both
    assert sorted(contacts + positives) == (sorted(one.person for one in lying) if both else [])


@given(st.integers(0, 900), st.integers(0, 900), st.integers(0, 900))
def test_a_bed_that_is_closed_or_being_cleaned_is_nobodys(beds: int, closed: int, cleaning: int) -> None:
    free = usable({"beds": beds, "beds_closed": closed, "beds_cleaning": cleaning})
    assert free == max(0, beds - closed - cleaning)
    assert usable({"beds": beds}) == beds and usable({}) == 0


def test_a_place_is_the_unit_or_its_name_as_it_was_written() -> None:
    assert place_of("facility", 7, "国展") == place_of("facility", 7, "")
    assert place_of("facility", None, "国展 方舟") == place_of("facility", None, "国展方舟")
    assert place_of("none", None, "") == place_of("", None, "") == ""
