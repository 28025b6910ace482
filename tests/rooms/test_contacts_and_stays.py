"""Contacts follow results at the desk: who lives with a case is named, what follows from a withdrawn result ends."""

from __future__ import annotations

import pytest

from bulou.cases.contact import PROGRAMME
from bulou.cases.vocabulary import INDEX_WITHDRAWN
from bulou.command.tracing import actions
from bulou.ledger import clock
from bulou.ledger.models import Duty
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import BOOKS_SQL, verify
from bulou.ledger.vocabulary import Outcome
from bulou.places import units
from bulou.places.models import Person
from bulou.places.units import Unit
from bulou.ui.room import unit_kinds
from tests import cast
from tests import desk_street as street
from tests.builders import Pen
from tests.transfer import LI, MEI, TOLD, bring, desk, do, duty, positive, said

pytestmark = pytest.mark.usefixtures("settled")


def contacts() -> dict[int, Duty]:
    with scoped(EVERYWHERE):
        return {one.subject: one for one in Duty.objects.filter(campaign=PROGRAMME.id, kind=61)}


def household_of(person: int) -> set[int]:
    with scoped(EVERYWHERE):
        (home,) = Person.objects.filter(pk=person).values_list("household", flat=True)
        return set(Person.objects.filter(household=home).values_list("id", flat=True)) - {person}


def facility(purpose: str, name: str = "国展方舟") -> int:
    with scoped(EVERYWHERE):
        (id_,) = units.add(
            [Unit(0, unit_kinds()["facility"].code, cast.STREET, name, attributes={"purpose": purpose, "beds": 8})],
            "x", cast.DAWN,
        )  # fmt: skip
    return id_


def test_who_lives_with_a_case_is_named_once() -> None:
    positive(LI)
    assert actions.follow(clock.now()) == len(household_of(LI)) > 0
    assert set(contacts()) == household_of(LI)
    assert actions.follow(clock.now()) == 0, "done again it writes nothing"
    page = said(desk("epidemiologist", cast.DISTRICT).get("/work/close_contact"))
    assert all(f"P{person}" in page for person in household_of(LI)) and "同住" in page


def test_a_withdrawn_result_ends_what_followed_and_one_that_stands_again_reopens_it() -> None:
    pen, lab = Pen(cast.LAO), Pen(cast.LABORATORY)
    street.post(pen.sealed(10, cast.TUBES["T1"], LI, mode="single", area=cast.NO_1))
    street.post(lab.resulted(60, T1="positive"))
    actions.follow(clock.now())
    street.post(lab.resulted(90, T1="negative"))
    assert duty(LI).withdrawn
    assert actions.follow(clock.now()) == len(household_of(LI))
    assert {one.reason for one in contacts().values()} == {INDEX_WITHDRAWN}
    assert actions.follow(clock.now()) == 0
    assert [found.en for found in verify("owner")] == []


def test_a_facility_shows_its_day_and_two_in_one_bed() -> None:
    positive(LI, MEI)
    site = facility("isolation")
    browser = desk()
    for person in (LI, MEI):
        do(browser, "told", person, **TOLD)
        do(browser, "placed", person, f_destination="facility", f_site="国展方舟")
    page = said(desk("facility", cast.DISTRICT).get(f"/facilities/{site}"))
    assert "在途、待收治" in page and "李建国" in page
    do(browser, "admitted", LI, f_bed="3-112")
    do(browser, "admitted", MEI, f_bed="3 -112")
    page = said(desk("facility", cast.DISTRICT).get(f"/facilities/{site}"))
    assert "床位 3-112 登记了 2 个人" in page and "还差2次核酸阴性" in page and "床位预测" in page
    assert "记录有矛盾" in said(desk("facility", cast.DISTRICT).get("/facilities"))
    english = desk("facility", cast.DISTRICT, "en")
    assert "is recorded for 2 people" in said(english.get(f"/facilities/{site}"))
    assert english.get("/facilities/999999").status_code == 404


def test_a_positive_is_never_sent_where_contacts_are_kept() -> None:
    positive(LI, MEI)
    facility("quarantine", "如家隔离点")
    browser = desk()
    do(browser, "told", LI, **TOLD)
    page = said(do(browser, "placed", LI, f_destination="facility", f_facility="如家隔离点"))
    assert "不能选" in page and "密接隔离点" in page and duty(LI).stage == 1
    site = facility("isolation")
    page = said(do(browser, "placed", LI, f_destination="facility", f_site="如家隔离点"))
    assert "不能选" in page and duty(LI).stage == 1
    page = said(do(browser, "placed", LI, f_destination="facility", f_site="国展方舟"))
    assert "已登记" in page and duty(LI).stage == 2 and "国展方舟" in page, page
    assert "国展方舟" in said(browser.get("/transfers/trips")) and site


def test_admission_begins_the_stay_and_discharge_ends_it() -> None:
    positive(LI)
    bring(desk(), LI, "admitted")
    with scoped(EVERYWHERE):
        stay = Duty.objects.get(kind=62, subject=LI)
    assert stay.outcome == Outcome.OPEN
    browser, row = desk("facility", cast.DISTRICT), f"{stay.campaign}.{LI}.0."
    page = said(browser.get(f"/work/stay/{stay.campaign}/{LI}/0"))
    token = page.split('name="row" value="')[1].split('"')[0]
    assert token.startswith(row)

    def act(name: str, **filled: str) -> str:
        token = said(browser.get(f"/work/stay/{stay.campaign}/{LI}/0")).split('name="row" value="')[1].split('"')[0]
        return said(browser.post("/work/stay/act", {"act": name, "row": token, "step": "sure", **filled}, follow=True))

    assert "已登记" in act("noted", f_symptoms="none", f_test="negative")
    assert "不到这一步" in act("released", f_end="home", f_homeward="own")
    done = said(browser.get(f"/work/stay/{stay.campaign}/{LI}/0")).split('name="done" value="')[1].split('"')[0]
    page = said(browser.post("/work/stay/undo", {"done": done}, follow=True))
    assert "已撤销" in page, "what was written is taken back by whoever wrote it"
    assert "已登记" in act("releasable", f_ground="连续两次阴性")
    assert "已登记" in act("released", f_end="home", f_homeward="own")
    with scoped(EVERYWHERE):
        assert Duty.objects.get(kind=62, subject=LI).outcome == Outcome.DONE
    assert [found.en for found in verify("owner")] == []


@pytest.mark.parametrize("kind", [5, 62])
def test_verify_folds_what_follows_with_what_it_follows_from(kind: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stay follows from the disposition under its own key: picked alone, it is no difference."""
    positive(LI)
    bring(desk(), LI, "admitted")
    picked = f"SELECT campaign, kind, subject, occasion FROM verify_duty WHERE kind = {kind} LIMIT %(n)s + 0 * %(seed)s"
    monkeypatch.setitem(BOOKS_SQL, "sample", picked)
    with scoped(EVERYWHERE):
        assert Duty.objects.filter(kind=kind).exists()
    assert [found.en for found in verify("owner")] == []
