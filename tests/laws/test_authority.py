"""Who may say what about whom: what is said from elsewhere is kept and flagged, and moves no duty of others.

Plum Creek has two neighbourhoods. A phone, a desk and a laboratory of the lower one speak of people, tubes and devices
of the upper one.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given

from bulou.ledger.effects import Entry, Key, Line, Order
from bulou.ledger.vocabulary import Act, Outcome, Unheard
from tests import cast, shelf
from tests.builders import Pen
from tests.laws import tellings

SWAB, TUBE, RETEST, DISPOSITION = 1, 2, 4, 5
LI, MEI, GUI, DING = (cast.PERSONS[name].id for name in ("li", "mei", "gui", "ding"))
T1, T2 = cast.TUBES["T1"], cast.TUBES["T2"]
B1 = cast.BOXES["B1"]


def pens(*journals: int) -> list[Pen]:
    """Return pens; those of next door write from the bridge."""
    return [Pen(j, cast.BRIDGE if j in tellings.NEXT_DOOR else cast.NO_1) for j in journals]


def books(*entries: Entry, bulk=()) -> shelf.Shelf:
    """Return the books of entries, which every order of up to five gives; a longer list comes in three orders."""
    want = shelf.expected(entries, bulk=bulk)
    if not bulk:
        few = len(entries) < 5
        orders = itertools.permutations(entries) if few else (entries, entries[::-1], sorted(entries, key=str))
        for order in orders:
            assert shelf.differences(want, shelf.deliver([[entry] for entry in order])) == []
        assert shelf.differences(want, shelf.deliver([entries])) == []
    return want


def swab(found: shelf.Shelf, person: int, kind: int = SWAB, occasion: int = 0):
    return found.duties.get((cast.ROUND, kind, person, occasion))


def standing(found: shelf.Shelf, person: int, name: str):
    return found.standings.get((1, person, name))


@pytest.mark.parametrize("word", ["excused", "refused", "called", "offered"])
def test_a_word_from_elsewhere_moves_nothing_and_is_flagged(ledger, word):
    ayi, qiao = pens(cast.AYI, cast.QIAO)
    said = {
        "excused": lambda: qiao.excused(5, LI), "refused": lambda: qiao.refused(5, LI),
        "called": lambda: qiao.called(5, LI), "offered": lambda: qiao.offered(5, LI, to=cast.BRIDGE),
    }[word]()  # fmt: skip
    alone, told = swab(books(ayi.found(0, LI)), LI), swab(books(ayi.written[0], said), LI)
    assert told == replace(alone, unheard=1)


def test_those_who_answer_for_it_can_say_the_same(ledger):
    ayi, qiao, desk = pens(cast.AYI, cast.QIAO, cast.DESK)
    found = swab(books(ayi.found(0, LI), qiao.excused(5, LI), desk.excused(9, LI)), LI)
    assert (found.outcome, found.reason, found.unheard) == (Outcome.EXCUSED, "in_hospital", 1)


def test_nobody_takes_a_duty_that_was_not_offered_by_who_had_it(ledger):
    ayi, qiao = pens(cast.AYI, cast.QIAO)
    offer = qiao.offered(5, LI, to=cast.BRIDGE)
    found = swab(books(ayi.found(0, LI), offer, qiao.accepted(6, LI, offer=offer, area=cast.BRIDGE)), LI)
    assert (found.area, found.moved, found.unheard) == (cast.NO_1, False, 2)


def test_after_a_hand_over_the_receiver_speaks_and_the_sender_does_not(ledger):
    ayi, qiao = pens(cast.AYI, cast.QIAO)
    offer = ayi.offered(5, LI, to=cast.BRIDGE)
    way = (ayi.found(0, LI), offer, qiao.accepted(10, LI, offer=offer, area=cast.BRIDGE))
    assert swab(books(*way, qiao.refused(20, LI)), LI).reason == "refuses"
    late = swab(books(*way, ayi.refused(20, LI)), LI)
    assert (late.reason, late.unheard, late.area) == (None, 1, cast.BRIDGE)
    # What the sender said while it had the duty still counts.
    assert swab(books(*way, replace(ayi.refused(7, LI), number=3)), LI).reason == "refuses"


def test_an_older_offer_does_not_stand_beside_an_acceptance(ledger):
    lao, qiao = pens(cast.LAO, cast.QIAO)
    first, second = lao.offered(5, LI, to=cast.BRIDGE), lao.offered(6, LI, to=cast.COURT)
    taken, late = (
        lao.accepted(7, LI, offer=second, area=cast.COURT),
        qiao.accepted(8, LI, offer=first, area=cast.BRIDGE),
    )
    found = swab(books(lao.found(0, LI), first, second, taken, late), LI)
    assert (found.area, found.unheard, found.offered_to) == (cast.COURT, 1, None)


def test_an_acceptance_that_is_said_again_changes_nothing(ledger):
    lao, again = pens(cast.LAO, cast.LAO)
    again.next = 20
    first = lao.offered(5, LI, to=cast.COURT)
    taken = lao.accepted(6, LI, offer=first, area=cast.COURT)
    second = lao.offered(7, LI, to=cast.NO_2)
    onward = lao.accepted(8, LI, offer=second, area=cast.NO_2)
    waiting = lao.offered(9, LI, to=cast.BRIDGE)
    late = again.accepted(10, LI, offer=first, area=cast.COURT)
    found = swab(books(lao.found(0, LI), first, taken, second, onward, waiting, late), LI)
    assert (found.area, found.offered_to, found.unheard) == (cast.NO_2, cast.BRIDGE, 0)


def test_a_backdated_find_takes_nobody_from_the_frozen_list(ledger):
    at = cast.minute(-30)
    frozen = [(Order(at, cast.COMMAND, 1, 0), Line(Act.OWE, Key(cast.ROUND, SWAB, LI), cast.NO_1, frozen=True))]
    (qiao,) = pens(cast.QIAO)
    found = swab(books(qiao.found(-50, LI, area=cast.BRIDGE), bulk=frozen), LI)
    assert (found.frozen, found.area, found.origin, found.unheard) == (True, cast.NO_1, cast.NO_1, 1)


def test_people_are_swabbed_where_they_are(ledger):
    ayi, qiao, lab = pens(cast.AYI, cast.QIAO, cast.LABORATORY)
    found = books(ayi.found(0, LI), qiao.sealed(5, T1, LI, mode="single"), lab.resulted(60, T1="negative"))
    assert (swab(found, LI).outcome, swab(found, LI).unheard) == (Outcome.DONE, 0)


# -- tubes, boxes, results -----------------------------------------------------------------------


def test_a_laboratory_of_elsewhere_reports_only_what_it_received(ledger):
    ayi, clinic = pens(cast.AYI, cast.CLINIC)
    start = (ayi.found(0, LI), ayi.sealed(5, T1, LI, mode="single"))
    result = clinic.resulted(60, T1="negative")
    assert swab(books(*start, result), LI).outcome == Outcome.OPEN
    received = clinic.tube_received(30, T1)
    assert swab(books(*start, result, received), LI).outcome == Outcome.DONE


def test_a_laboratory_may_speak_of_the_tubes_of_a_box_that_it_received(ledger):
    ayi, clinic, van = pens(cast.AYI, cast.CLINIC, cast.COURIER)
    start = [ayi.found(0, LI), ayi.sealed(5, T1, LI, mode="single"), ayi.boxed(9, B1, T1), van.handed(12, B1, cast.AYI)]
    result, received = clinic.resulted(60, T1="negative"), clinic.box_received(30, B1)
    assert swab(books(*start, result, received), LI).outcome == Outcome.DONE
    # Also where another laboratory had received the box before it.
    lab = Pen(cast.LABORATORY)
    assert swab(books(*start, lab.box_received(20, B1), result, received), LI).outcome == Outcome.DONE


@pytest.mark.parametrize("order", [(60, 61), (61, 60)], ids=str)
def test_of_two_laboratories_that_contradict_the_graver_stands_until_somebody_decides(ledger, order):
    ayi, lab, clinic, desk = pens(cast.AYI, cast.LABORATORY, cast.CLINIC, cast.DESK)
    start = (ayi.found(0, LI), ayi.sealed(5, T1, LI, mode="single"), clinic.tube_received(30, T1))
    one, other = lab.resulted(order[0], T1="positive"), clinic.resulted(order[1], T1="negative")
    found = books(*start, one, other)
    assert swab(found, LI, DISPOSITION).outcome == Outcome.OPEN
    assert (swab(found, T1, TUBE).value, swab(found, T1, TUBE).disputed) == (2, 1)
    assert standing(found, LI, "infection")[0] == "positive"
    rows = [{"journal": e.journal, "number": e.number} for e in (one, other)]
    decided = desk.write(
        "tube.resulted", 90, campaign=cast.ROUND, results=[{"tube": T1, "value": "negative", "corrects": rows}]
    )
    found = books(*start, one, other, decided)
    assert swab(found, T1, TUBE).disputed == 0
    assert swab(found, LI, DISPOSITION).withdrawn


def test_a_correction_by_the_same_laboratory_counts_however_it_is_dated(ledger):
    ayi, lab = pens(cast.AYI, cast.LABORATORY)
    start = (ayi.found(0, LI), ayi.sealed(5, T1, LI, mode="single"))
    found = books(*start, lab.resulted(60, T1="positive"), lab.resulted(50, T1="negative"))
    assert (swab(found, T1, TUBE).value, swab(found, T1, TUBE).disputed) == (1, 0)
    assert swab(found, LI, DISPOSITION).withdrawn


def test_a_device_corrects_only_its_own_reports(ledger):
    ayi, lab, clinic = pens(cast.AYI, cast.LABORATORY, cast.CLINIC)
    rows = [{"journal": cast.LABORATORY, "number": 1}]
    other = clinic.write(
        "tube.resulted", 90, campaign=cast.ROUND, results=[{"tube": T1, "value": "negative", "corrects": rows}]
    )
    found = books(ayi.sealed(5, T1, LI, mode="single"), lab.resulted(60, T1="positive"), other)
    assert found.refused == {(cast.CLINIC, 1): 113}


@pytest.mark.parametrize("who", [cast.AYI, cast.DESK, cast.COURIER])
def test_whose_sample_is_lost_owes_again(ledger, who):
    ayi, courier, other = pens(cast.AYI, cast.COURIER, who)
    ayi_ = other if who == cast.AYI else ayi
    start = [ayi_.found(0, LI), ayi_.called(2, LI), ayi_.sealed(5, T1, LI), ayi_.boxed(9, B1, T1)]
    taken = (other if who == cast.COURIER else courier).handed(12, B1, cast.AYI)
    lost = other.write(
        "duty.excused",
        20,
        campaign=cast.ROUND,
        duty="tube",
        subjects=[T1],
        reason="destroyed",
        evidence="seen in pieces",
    )
    found = swab(books(*start, taken, lost), LI)
    assert (found.outcome, found.stage, found.takes) == (Outcome.OPEN, 1, 0)
    found = swab(books(*start, taken, lost, ayi_.sealed(40, T2, LI)), LI)
    assert (found.outcome, found.stage, found.takes) == (Outcome.OPEN, 2, 1)


def test_how_many_tubes_were_counted_stands_at_the_box(ledger):
    ayi, lab = pens(cast.AYI, cast.LABORATORY)
    found = books(ayi.boxed(9, B1, T1, T2), lab.box_received(30, B1, tubes_counted=1))
    assert found.duties[cast.ROUND, 3, B1, 0].value == 1


# -- voids ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [cast.QIAO, cast.COURIER, cast.CLINIC, cast.LABORATORY])
def test_a_device_takes_back_only_its_own_entries(ledger, who):
    ayi, other = pens(cast.AYI, who)
    found = books(ayi.found(0, LI), other.voided(5, cast.AYI, 1))
    assert (swab(found, LI).outcome, found.refused) == (Outcome.OPEN, {(who, 1): 113})


def test_a_desk_takes_back_what_was_said_in_its_areas(ledger):
    ayi, desk, clerk = pens(cast.AYI, cast.DESK, cast.CLERK)
    assert swab(books(ayi.found(0, LI), clerk.voided(5, cast.AYI, 1)), LI).outcome == Outcome.OPEN
    assert swab(books(ayi.written[0], desk.voided(5, cast.AYI, 1)), LI).outcome == Outcome.NOT_OWED


def test_an_opening_is_withdrawn_only_by_two(ledger):
    """Not by a device, not by a desk of a part of it, not by whoever opened it alone."""
    body = {"campaign": cast.ROUND, "kind": "pcr", "name": "r", "count": 0, "checksum": 0, "rules": {}}
    entry = Entry(cast.COMMAND, 1, "round.opened", cast.minute(0), cast.STREET, body)
    command = Pen(cast.COMMAND, cast.STREET, next=2)
    desk, clerk = Pen(cast.DESK, cast.STREET), Pen(cast.CLERK, cast.LOWER)
    own = command.voided(5, cast.COMMAND, 1)
    for voids in ([own], [own, clerk.voided(6, cast.COMMAND, 1)], [desk.voided(7, cast.COMMAND, 1)]):
        assert void_of(entry, *voids) == set()
    assert void_of(entry, own, desk.written[0]) == {(cast.COMMAND, 1)}


def void_of(*entries: Entry) -> set[tuple[int, int]]:
    """Return which entries do not count, by the fold and by the intake alike."""
    return set(books(*entries).void)


# -- standings -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"subject_kind": 1, "subject": LI, "name": "infection", "value": "positive"}, 113),
        ({"subject_kind": 1, "subject": LI, "name": "symptoms", "value": "perhaps"}, 103),
        ({"subject_kind": 1, "subject": LI, "name": "made.up", "value": "yes"}, 103),
        ({"subject_kind": 1, "subject": LI, "name": "now.overdue.1.1.0", "value": "closed"}, 113),
        ({"subject_kind": 5, "subject": cast.BRIDGE, "name": "zone.level", "value": "lockdown"}, 113),
        ({"subject_kind": 6, "subject": cast.LAO, "name": "device.labels.1", "value": "abc"}, 113),
        ({"subject_kind": 3, "subject": T1, "name": "symptoms", "value": "yes"}, 103),
    ],
)
def test_a_phone_states_only_what_is_declared_for_it(ledger, body, code):
    (ayi,) = pens(cast.AYI)
    found = books(ayi.write("standing.set", 5, reason="x", **body))
    assert (found.refused, found.standings) == ({(cast.AYI, 1): code}, {})


def test_a_desk_states_levels_of_its_own_areas(ledger):
    desk, clerk = Pen(cast.DESK, cast.STREET), Pen(cast.CLERK, cast.LOWER)
    level = {"subject_kind": 5, "subject": cast.ESTATE, "name": "zone.level", "value": "lockdown", "reason": "x"}
    assert books(clerk.write("standing.set", 5, **level)).refused == {(cast.CLERK, 1): 106}
    assert books(desk.write("standing.set", 5, **level)).standings[5, cast.ESTATE, "zone.level"][0] == "lockdown"


def test_a_statement_about_a_person_counts_from_those_who_answer_for_him(ledger):
    ayi, qiao = pens(cast.AYI, cast.QIAO)
    from_elsewhere = qiao.standing(9, LI, "symptoms", "yes")
    assert standing(books(from_elsewhere), LI, "symptoms")[0] == "yes"  # nobody answers for him yet
    assert standing(books(from_elsewhere, ayi.found(0, LI)), LI, "symptoms") is None
    both = books(from_elsewhere, ayi.written[0], ayi.standing(8, LI, "symptoms", "no"))
    assert standing(both, LI, "symptoms")[0] == "no"


def test_a_desk_closes_no_matter_about_another_streets_device(ledger):
    clerk, desk = Pen(cast.CLERK, cast.LOWER), Pen(cast.DESK, cast.STREET)
    word = {"subject_kind": 6, "subject": cast.AYI, "name": "now.silent.0.1", "value": "closed", "reason": "x"}
    assert books(clerk.write("standing.set", 5, **word)).standings == {}
    assert books(desk.write("standing.set", 5, **word)).standings[6, cast.AYI, "now.silent.0.1"][0] == "closed"


# -- the same person -----------------------------------------------------------------------------


def same(pen: Pen, at: float, person: int, other: int | None) -> Entry:
    extra = {} if other is None else {"same_as": other}
    return pen.write(
        "duty.excused", at, campaign=cast.ROUND, duty="swab", subjects=[person], reason="same_person",
        evidence="one id card", **extra,
    )  # fmt: skip


def test_the_same_person_names_somebody_who_owes_it(ledger):
    ayi, lao = pens(cast.AYI, cast.LAO)
    found = (ayi.found(0, LI), ayi.found(0, MEI))
    assert swab(books(*found, same(ayi, 5, LI, MEI)), LI).outcome == Outcome.EXCUSED
    assert books(*found, same(lao, 5, LI, None)).refused == {(cast.LAO, 1): 102}
    assert books(*found, same(Pen(cast.LAO), 5, LI, LI)).refused == {(cast.LAO, 1): 103}
    nobody = swab(books(*found, same(Pen(cast.LAO), 5, LI, GUI)), LI)
    assert (nobody.outcome, nobody.unheard) == (Outcome.OPEN, 1)


def test_two_who_name_each_other_stay_open(ledger):
    ayi, lao = pens(cast.AYI, cast.LAO)
    found = books(ayi.found(0, LI), ayi.found(0, MEI), same(ayi, 5, LI, MEI), same(lao, 6, MEI, LI))
    assert [swab(found, person).outcome for person in (LI, MEI)] == [Outcome.OPEN, Outcome.OPEN]
    assert [swab(found, person).unheard for person in (LI, MEI)] == [1, 1]


# -- the property --------------------------------------------------------------------------------


@given(entries=tellings.entry_sets(most=30))
def test_what_next_door_says_closes_moves_defers_and_states_nothing_here(entries):
    """Take all that next door said of people here away, except the taking part: no duty here changes but its flag."""
    upper = shelf.expected([e for e in entries if getattr(e, "journal", 0) not in tellings.NEXT_DOOR or _takes_part(e)])
    whole = shelf.expected(entries)
    for key, duty in upper.duties.items():
        here = duty.outcome != Outcome.NOT_OWED and not duty.moved and duty.origin not in (cast.BRIDGE,)
        if not here or key[1] != SWAB or _reaches(whole, key):
            continue
        now = whole.duties[key]
        assert (now.outcome, now.mark, now.area, now.reason) == (duty.outcome, duty.mark, duty.area, duty.reason), key


def _takes_part(entry) -> bool:
    """What next door may say of anybody: who was in a tube, what became of tubes it held, offers it takes over."""
    return entry.kind in (
        "tube.sealed", "tube.boxed", "box.handed", "box.received", "tube.received", "tube.resulted", "duty.accepted",
        "person.found", "entry.voided",
    )  # fmt: skip


def _reaches(found: shelf.Shelf, key: Key) -> bool:
    """Whether the duty was handed over, or is reached through a tube of next door, whose own words count."""
    duty = found.duties[key]
    return duty.moved or any(
        k[1] == TUBE and d.origin == cast.BRIDGE for k, d in found.duties.items() if d.outcome != Outcome.NOT_OWED
    )


def test_the_reasons_are_told_by_their_numbers():
    assert [reason.value for reason in Unheard] == [0, 1, 2, 3, 4]
