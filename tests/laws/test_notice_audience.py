"""Law: an audience is exactly what it says. The statement names the households and duties that the plain rule names."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from bulou.ledger.areas import ancestor, span
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.vocabulary import REGISTRY
from bulou.notices import audience
from bulou.notices.rules import Audience, Home, Owed, Someone, Term, addressed
from bulou.ui.figures import rows
from tests import cast

SWAB, PARCEL = 1, 32
PARTS = {kind.code: kind.took_part for kind in REGISTRY.duties.values()}
LEVELS = ("lockdown", "control", "")
#: Outcomes: open, done, excused.
STATES = st.tuples(st.sampled_from([0, 1, 2]), st.integers(0, 5))
PEOPLE = [person for home in cast.HOUSEHOLDS for person in home.persons]
HELD = [cast.NO_1, cast.ESTATE, cast.UPPER, cast.STREET]
ASKED = st.sampled_from([cast.NO_1, cast.NO_2, cast.ESTATE, cast.UPPER, cast.STREET, cast.DISTRICT])
TERMS = st.lists(
    st.tuples(
        st.sampled_from([1, 2]), st.sampled_from([SWAB, PARCEL]), st.sampled_from(["not_yet", "open", "done"])
    ), max_size=3, unique=True,
)  # fmt: skip


@pytest.fixture(scope="module")
def town(settled_clone) -> Iterator[None]:
    with settled_clone():
        yield


@given(
    swabs=st.dictionaries(st.tuples(st.sampled_from([1, 2]), st.sampled_from(PEOPLE)), STATES),
    parcels=st.dictionaries(
        st.tuples(st.sampled_from([1, 2]), st.sampled_from([home.id for home in cast.HOUSEHOLDS])), STATES
    ),
    needs=st.dictionaries(st.sampled_from(PEOPLE), st.integers(0, 31)),
    held=st.dictionaries(st.sampled_from(HELD), st.sampled_from(["lockdown", "control"])),
    area=ASKED, levels=st.frozensets(st.sampled_from(LEVELS)), wanted=st.integers(0, 31), terms=TERMS,
)  # fmt: skip
def test_the_statement_names_whom_the_rule_names(
    town, swabs, parcels, needs, held, area, levels, wanted, terms
) -> None:
    lo, hi = span(area)
    whom = Audience(lo, hi, levels, wanted, tuple(Term(*term) for term in terms))
    duties = [(*key, SWAB, *state) for key, state in swabs.items()]
    duties += [(*key, PARCEL, *state) for key, state in parcels.items()]

    def owed(subject: int, kind: int) -> tuple[Owed, ...]:
        return tuple(
            Owed(campaign, code, outcome == 0, outcome == 1, stage >= PARTS[code])
            for campaign, who, code, outcome, stage in duties if (who, code) == (subject, kind)
        )  # fmt: skip

    expected = {}
    for home in cast.HOUSEHOLDS:
        level = next((held[up] for up in (ancestor(home.area, d) for d in range(5, 0, -1)) if up in held), "")
        people = tuple(Someone(needs.get(one, 0), owed(one, SWAB)) for one in home.persons)
        if found := addressed(whom, Home(home.area, level, people, owed(home.id, PARCEL))):
            expected[home.id] = found
    with transaction.atomic():
        _write(duties, needs, held)
        with scoped(audience.reach(area)):
            told = rows(
                "SELECT household, people, met FROM notices_audience(%(lo)s, %(hi)s, %(now)s, %(shifts)s, %(levels)s,"
                " %(needs)s, %(terms)s::jsonb)", **audience.given(whom, cast.minute(60))
            )  # fmt: skip
        transaction.set_rollback(True)
    got = {home: (people, frozenset(met)) for home, people, met in told if home != 99}
    assert got == expected and len(told) == len({row[0] for row in told})


def _write(duties, needs, held) -> None:
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_duty")
        homes = {one: home.area for home in cast.HOUSEHOLDS for one in (*home.persons, home.id)}
        cursor.executemany(
            "INSERT INTO ledger_duty (campaign, kind, subject, occasion, area, origin, frozen, stage, outcome, mark,"
            " takes, withdrawn, unheard, moved, disputed, returns)"
            " VALUES (%s, %s, %s, 0, %s, %s, true, %s, %s, 0, 0, false, 0, false, 0, 0)",
            [(c, kind, who, homes[who], homes[who], stage, outcome) for c, who, kind, outcome, stage in duties],
        )
        cursor.executemany("UPDATE places_person SET needs = %s WHERE id = %s", [(n, p) for p, n in needs.items()])
        cursor.executemany(
            "INSERT INTO ledger_standing (subject_kind, subject, name, value, since, area)"
            " VALUES (5, %s, 'zone.level', %s, %s, %s)",
            [(node, value, cast.DAWN, node) for node, value in held.items()],
        )  # fmt: skip
