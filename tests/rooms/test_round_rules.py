"""What a round's form says acts: its kind leads on, phones learn the rule, a tube not by it is kept and shown."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from bulou.command.worklist.reads import matters
from bulou.desk.actions import add_user
from bulou.field import leaves
from bulou.ledger import clock, journals
from bulou.ledger.areas import span
from bulou.ledger.journals import Journal
from bulou.ledger.models import Duty, Entry
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from bulou.rounds.actions import join_newcomers
from bulou.rounds.opening.models import Draft
from bulou.rounds.paper.actions import print_sheets
from bulou.rounds.scope import following
from bulou.rounds.scope.models import Misfilled, Treated
from tests import cast, desk_street
from tests.rooms.test_round_drafts import browser, opened, prepared, stands, street  # noqa: F401  a fixture
from tests.rooms.test_round_joined import register

pytestmark = pytest.mark.usefixtures("street")
GUI, LI, MEI = (cast.PERSONS[name].id for name in ("gui", "li", "mei"))
T1, T2, T3 = (cast.TUBES[f"T{n}"] for n in (1, 2, 3))


def phone(area: int = cast.ESTATE, role: str = "phone") -> Journal:
    now = clock.now()
    number, key = journals.enrol(f"采样点{now.timestamp()}", role, (span(area),), now, now + timedelta(days=1))
    found = journals.authenticate(key)
    assert found is not None and found.id == number
    return found


def seal(journal: Journal, campaign: int, tube: int, *persons: int, mode: str = "pooled") -> None:
    body = {"campaign": campaign, "tube": tube, "mode": mode, "persons": [*persons]}
    now = clock.now()
    (receipt,) = journals.append(journal.id, [("tube.sealed", now, cast.HOMES[persons[0]], body)], now)
    assert receipt.status == "kept", receipt


def follow() -> int:
    return following.follow(clock.now(), None)[0]


def listed(name: str = "district") -> dict[str, str]:
    page = browser(name).get("/now/list?class=conflict").content.decode().partition("<tbody>")[2]
    return {a: html.unescape(said) for a, said in re.findall(r'</span> <a href="([^"]+)">(.*?)</a>', page)}


# -- the kind --------------------------------------------------------------------------------------


def test_a_self_test_day_begins_with_what_was_typed() -> None:
    client = browser()
    form = client.get("/rounds/new").content.decode()
    assert "轮次种类" in form and '<option value="self_test">抗原自检' in form
    sent = {"kind": "self_test", "area": cast.STREET, "name": "梅溪自检", "until": "2099-04-04T18:00", "pool_size": "5"}
    answer = client.post("/rounds/new", sent)
    to = urlsplit(answer["Location"])
    assert to.path == "/work/self_test/cover"
    assert parse_qs(to.query) == {"area": [str(cast.STREET)], "name": ["梅溪自检"], "f_due": ["2099-04-04T18:00"]}
    page = client.get(answer["Location"]).content.decode()
    assert 'value="梅溪自检"' in page and 'value="2099-04-04T18:00"' in page
    assert re.search(rf'<option value="{cast.STREET}" selected', page)
    with scoped(EVERYWHERE):
        assert not Draft.objects.exists(), "it is no draft of a PCR round"


def test_the_name_that_nobody_changed_does_not_go_along() -> None:
    client = browser()
    name = re.search(r'name="name" type="text" value="([^"]*)"', client.get("/rounds/new").content.decode())
    assert name
    answer = client.post("/rounds/new", {"kind": "self_test", "area": cast.STREET, "name": html.unescape(name[1])})
    assert "name=" not in answer["Location"] and "抗原自检" in client.get(answer["Location"]).content.decode()


def test_without_an_area_it_is_asked_for() -> None:
    page = browser().post("/rounds/new", {"kind": "self_test", "area": cast.FAR, "name": "自检"}).content.decode()
    assert "请选择区域" in page and '<option value="self_test" selected' in page


# -- the phone -------------------------------------------------------------------------------------


def test_a_samplers_phone_learns_the_rule_and_no_reason() -> None:
    stands(LI, "infection", "negative", days_ago=10)
    rule = {"pool_size": "5", "recovered": "single", "recovered_days": "30", "sealed": "household"}
    done = opened(browser(), prepared(browser(), **rule))
    told = leaves.pack(phone(), {})
    (one,) = [row for row in told["campaigns"] if row["id"] == done.campaign]
    assert (one["pool_size"], one["by_household"]) == (5, True)
    assert told["single"] == [{"campaign": done.campaign, "persons": [LI]}]
    (plain,) = [row for row in told["campaigns"] if row["id"] == cast.ROUND]
    assert (plain["pool_size"], plain["by_household"]) == (None, False)
    assert "recovered" not in str(told) and leaves.pack(phone(cast.BRIDGE), {})["single"] == []


def test_who_fills_no_tubes_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    stands(LI, "infection", "negative", days_ago=10)
    opened(browser(), prepared(browser(), recovered="single"))
    monkeypatch.setattr(leaves, "role_of", lambda _kind: "volunteer")
    assert leaves.pack(phone(), {})["single"] == []


def test_who_comes_later_is_treated_by_the_rule_as_well() -> None:
    done = opened(browser(), prepared(browser(), positive="single"))
    later, home = 9001, cast.NO_2
    register(later, home, clock.now() + timedelta(seconds=1))
    cast.HOMES[later] = home
    stands(later, "infection", "positive")
    after = clock.now() + timedelta(seconds=2)
    join_newcomers(after, after)
    del cast.HOMES[later]
    with scoped(EVERYWHERE):
        assert Duty.objects.filter(campaign=done.campaign, subject=later, outcome=0).exists()
        assert Treated.objects.filter(campaign=done.campaign, person=later, treatment="single").exists()


def test_a_printed_sheet_says_it() -> None:
    stands(LI, "infection", "negative", days_ago=10)
    done = opened(browser(), prepared(browser(), recovered="single"))
    with scoped(EVERYWHERE):
        printed, _sheets = print_sheets(cast.HOMES[LI], clock.now(), "district", campaign=done.campaign or 0)
    assert {one.person for sheet in printed for one in sheet.lines if one.single} == {LI}


# -- tubes that are not by the rule ----------------------------------------------------------------


@pytest.fixture
def ruled() -> int:
    """A round with two people in a tube at most, and Li in one of her own."""
    stands(LI, "infection", "negative", days_ago=10)
    done = opened(browser(), prepared(browser(), recovered="single", pool_size="5", sealed="household"))
    assert done.campaign
    return done.campaign


def test_a_tube_shared_by_who_has_one_of_her_own_is_kept_and_shown(ruled: int) -> None:
    seal(phone(), ruled, T1, LI, GUI)
    seal(phone(), ruled, T2, MEI)
    assert follow() == 1
    with scoped(EVERYWHERE):
        assert Duty.objects.get(campaign=ruled, kind=2, subject=T1).outcome == 0
        assert Duty.objects.get(campaign=ruled, kind=1, subject=LI).stage == 2, "her swab counts"
    (address,) = [one for one in listed() if str(T1) in one]
    assert "混装了1名应单管采样的人" in listed()[address] and address.endswith(f"misfilled:{cast.HOMES[LI]}")
    assert not [one for one in listed() if str(T2) in one]
    page = html.unescape(browser().get(address).content.decode())
    assert "标记遗失" in page and "核对完毕" in page
    waits = browser().get(f"/rounds/{ruled}/areas/{cast.STREET}/waits").content.decode()
    assert f"misfilled-{T1}" in waits and "混装了1名应单管采样的人" in waits
    english = browser(language="en").get(address).content.decode()
    assert "single tube" in english


def test_a_word_takes_it_off_the_list_and_a_void_too(ruled: int) -> None:
    one = phone()
    seal(one, ruled, T1, LI, GUI)
    seal(one, ruled, T3, LI, MEI)
    follow()
    (row,) = [a.removeprefix("/now/of/") for a in listed() if str(T1) in a]
    client = browser()
    client.post("/now/act", {"act": "close", "row": row, "of": row, "why": "实验室按两份样本检测"}, follow=True)
    with scoped(EVERYWHERE):
        sealed = Entry.objects.get(journal=one.id, number=2)
    assert [a for a in listed() if "misfilled" in a and str(T3) in a] and not [
        a for a in listed() if "misfilled" in a and str(T1) in a
    ]
    void = {"journal": one.id, "number": sealed.number, "reason": "扫错人"}
    journals.append(one.id, [("entry.voided", clock.now(), cast.HOMES[LI], void)], clock.now())
    assert not [a for a in listed() if "misfilled" in a] and follow() >= 0
    assert not [a for a in listed() if "misfilled" in a], "found anew it says nothing new"
    assert verify("owner") == []


def test_more_people_than_the_pool_size(ruled: int) -> None:
    six = [person for person in cast.HOMES if person != LI and span(cast.ESTATE)[0] <= cast.HOMES[person]][:6]
    assert len(six) == 6
    seal(phone(cast.STREET), ruled, T1, *six)
    follow()
    with scoped(EVERYWHERE):
        (one,) = Misfilled.objects.filter(tube=T1)
    assert (one.over, one.singles) == (6, 0)
    with scoped((span(cast.STREET),)):
        (matter,) = [m for m in matters((span(cast.STREET),), clock.now()).matters if m.detail == "misfilled"]
    assert matter.subject == T1 and matter.told[0].value == 6
    assert "装了6人，超过本轮混管人数" in next(said for a, said in listed().items() if "misfilled" in a)


def test_a_sealed_building_has_a_tube_for_each_household(ruled: int) -> None:
    journal, _ = journals.enrol("zone", "desk", EVERYWHERE, cast.DAWN, cast.minute(9_000_000))
    body = {"subject_kind": 5, "subject": cast.HOMES[MEI], "name": "zone.level", "value": "lockdown", "reason": "test"}
    (receipt,) = journals.append(journal, [("standing.set", clock.now(), cast.HOMES[MEI], body)], clock.now())
    assert receipt.status == "kept"
    homes: dict[int, int] = {}
    for home in cast.HOUSEHOLDS:
        if home.area == cast.HOMES[MEI] and LI not in home.persons:
            homes[home.id] = home.persons[0]
    first, second = [*homes.values()][:2]
    seal(phone(), ruled, T1, first, second)
    seal(phone(), ruled, T2, first)
    follow()
    with scoped(EVERYWHERE):
        found = dict(Misfilled.objects.values_list("tube", "homes"))
    assert found == {T1: 2}
    assert "装了封控区2户的人" in next(said for a, said in listed().items() if "misfilled" in a)


def test_each_sees_those_of_his_own_areas(ruled: int) -> None:
    seal(phone(), ruled, T1, LI, GUI)
    follow()
    add_user("bridge", desk_street.PASSWORD, [cast.BRIDGE], ["committee", "command"])
    assert not [a for a in listed("bridge") if "misfilled" in a]


def test_the_signed_out_reads_nothing() -> None:
    assert Client().get("/rounds/new").status_code == 302
