"""No contact without a disposition, none kept by a withdrawn result: results come and go in any order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bulou.cases.tracing import Known, Member, follow
from bulou.cases.vocabulary import INDEX_WITHDRAWN, NOW_POSITIVE

#: Eight people in three households; who lives with nobody known is household 0's own.
HOMES = {1: 1, 2: 1, 3: 1, 4: 2, 5: 2, 6: 3, 7: 3, 8: 3}


class Street:
    """The duties as they follow from what is written; a result that is found or withdrawn changes who is positive."""

    def __init__(self) -> None:
        self.positive: set[int] = set()
        self.of: dict[int, set[int]] = {}
        self.ended: dict[int, str] = {}

    def members(self) -> list[Member]:
        homes = {HOMES[person] for person in self.positive}
        return [Member(p, home, 100 + home, p in self.positive) for p, home in HOMES.items() if home in homes]

    def known(self) -> list[Known]:
        return [
            Known(
                person, 100 + HOMES[person], person not in self.ended, self.ended.get(person, ""), frozenset(of),
                frozenset(of & self.positive), person in self.positive,
            )
            for person, of in self.of.items()
        ]  # fmt: skip

    def settle(self) -> None:
        for move in follow(self.members(), self.known()):
            if move.act == "name":
                self.of[move.person] = {move.of}
            elif move.act == "end":
                self.ended[move.person] = move.reason
            else:
                del self.ended[move.person]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["positive", "withdrawn"]), st.sampled_from(sorted(HOMES))),
        st.tuples(st.just("named"), st.sampled_from(sorted(HOMES)), st.sampled_from(sorted(HOMES))),
        st.tuples(st.just("settle"), st.just(0)),
    ),
    max_size=25,
)  # fmt: skip


@given(STEPS)
def test_whatever_comes_first_everybody_is_cared_for_and_nobody_is_kept_without_cause(steps) -> None:
    street = Street()
    for act, *whom in steps:
        if act == "positive":
            street.positive.add(whom[0])
        elif act == "withdrawn":
            street.positive.discard(whom[0])
        elif act == "named" and whom[0] != whom[1] and whom[0] not in street.of:
            street.of[whom[0]] = {whom[1]}
        elif act == "settle":
            street.settle()
    street.settle()
    assert follow(street.members(), street.known()) == [], "done again it writes nothing"
    for person, home in HOMES.items():
        beside = {p for p in street.positive if HOMES[p] == home} - {person}
        behind = beside | (street.of.get(person, set()) & street.positive)
        if person in street.positive:
            assert person not in street.of or person in street.ended, "transferred as a case"
        elif behind:
            assert person in street.of and person not in street.ended, "owed a place"
        elif person in street.of:
            assert street.ended.get(person) in (INDEX_WITHDRAWN, NOW_POSITIVE), "kept without cause"
