"""The register linked: merges and visits by entries, undone by entries, and what visits find. On a real database."""

from __future__ import annotations

import csv
import html
import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from bulou.command.linkage import actions
from bulou.command.linkage.models import Run
from bulou.ledger import clock, journals
from bulou.ledger.models import Duty, Entry, Standing
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from bulou.places import imports
from bulou.places.documents import check_character
from bulou.places.models import Person
from bulou.roster.room import VISITS
from bulou.rounds.actions import join_newcomers, open_round
from tests import cast

TITLES = ["姓名", "证件号码", "手机", "街道", "小区", "楼号", "室号"]


def number(serial: int, day: str = "19880506") -> str:
    start = f"319904{day}{serial:03}"
    return start + check_character(start)


POLICE = [
    ["沈试敏", number(7), "13900003001", "梅溪街道", "桥头小区", "桥头楼", "601"],
    ["陆试满", number(8), "13900003002", "梅溪街道", "桥头小区", "桥头楼", "602"],
    ["许试远", number(9), "", "梅溪街道", "桥头小区", "桥头楼", "603"],
    ["顾试华", number(10), "", "梅溪街道", "桥头小区", "桥头楼", "604"],
]
PROPERTY = [
    ["沈试敏", "", "13900003001", "梅溪街道", "桥头小区", "桥头楼", "701"],
    ["陆试满", "", "13900003002", "梅溪街道", "桥头小区", "桥头楼", "602"],
    ["许试亮", "", "", "梅溪街道", "桥头小区", "桥头楼", "603"],
    ["钱试新", "", "13900003009", "梅溪街道", "桥头小区", "桥头楼", "605"],
]


@pytest.fixture
def street(settled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The street with its open round, and two lists on its register."""
    monkeypatch.setenv("BULOU_DATA", str(tmp_path))
    for source, rows in (("派出所", POLICE), ("物业", PROPERTY)):
        brought(tmp_path, source, rows)
    return tmp_path


def brought(folder: Path, source: str, rows: list[list[str]]) -> None:
    file = folder / f"{source}.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([TITLES, *rows])
    imports.import_persons(file, folder, clock.now(), source=source)
    join_newcomers(clock.now(), clock.now())


def run(most: int = 100, area: int = cast.STREET) -> Run:
    with scoped(EVERYWHERE):
        one = Run.objects.create(area=area, most=most, by="district", asked_at=clock.now())
    actions.perform(one.pk)
    with scoped(EVERYWHERE):
        return Run.objects.get(pk=one.pk)


def people(name: str) -> list[Person]:
    with scoped(EVERYWHERE):
        return list(Person.objects.filter(name=name).order_by("id"))


def visits() -> dict[int, Duty]:
    with scoped(EVERYWHERE):
        return {duty.subject: duty for duty in Duty.objects.filter(campaign=VISITS.id).order_by("opened_at")}


def swab(person: int) -> Duty:
    with scoped(EVERYWHERE):
        return Duty.objects.get(campaign=cast.ROUND, kind=1, subject=person)


def entries(kind: str) -> list[Entry]:
    with scoped(EVERYWHERE):
        return list(Entry.objects.filter(kind=kind).order_by("journal", "number"))


def browser(name: str = "street", language: str = "zh-hans") -> Client:
    client = Client()
    client.cookies["bulou_language"] = language
    client.force_login(User.objects.get(username=name))
    return client


def said(answer) -> str:
    return html.unescape(answer.content.decode())


def answered(client: Client, person: int, answer: str, **filled: object) -> str:
    page = said(client.get(f"/work/visit/{VISITS.id}/{person}/0"))
    found = re.search(r'name="row" value="([^"]+)"', page)
    assert found, page
    sent = {"act": "answered", "row": found[1], "step": "sure", "from": "sheet", "f_answer": answer} | filled
    return said(client.post("/work/visit/act", sent, follow=True))


def clean() -> None:
    assert verify("owner") == []


def test_who_moved_is_merged_by_an_entry_and_owes_one_swab(street: Path) -> None:
    one, other = people("沈试敏")
    done = run()
    assert (done.state, done.merges) == ("done", 1) and done.told["reasons"] == {"phone": 1}
    assert [p.merged_into_id for p in people("沈试敏")] == [None, one.id]
    assert len(entries("person.merged")) == 1
    assert (swab(one.id).outcome, swab(other.id).outcome, swab(other.id).reason) == (0, 2, "same_person")
    clean()


def test_a_doubtful_pair_and_who_is_on_one_list_alone_are_visited(street: Path) -> None:
    run()
    asked = {person: duty.variant for person, duty in visits().items()}
    new, far = people("钱试新")[0].id, people("顾试华")[0].id
    pair = {people("许试远")[0].id, people("许试亮")[0].id}
    assert (asked[new], asked[far]) == (0, 0) and [asked[one] for one in pair & set(asked)] == [1]
    assert not set(asked) & {one.id for name in ("沈试敏", "陆试满") for one in people(name)}
    assert len({duty.opened_at for duty in visits().values()}) == len(asked)
    clean()


def test_a_run_is_undone_by_entries(street: Path) -> None:
    one, other = people("沈试敏")
    done = run()
    assert actions.undo(done, "district", clock.now()) == 1
    assert [p.merged_into_id for p in people("沈试敏")] == [None, None]
    assert (swab(one.id).outcome, swab(other.id).outcome) == (0, 0)
    assert len(entries("person.parted")) == 1
    clean()
    with pytest.raises(actions.Refusal):
        actions.undo(_again(done.pk), "district", clock.now())


def test_what_a_run_wrote_before_it_broke_off_is_undone_as_well(street: Path, monkeypatch) -> None:
    def broken(*_: object) -> int:
        raise RuntimeError("the visits could not be asked for")

    with monkeypatch.context() as patch:
        patch.setattr(actions, "_visits", broken)
        with pytest.raises(RuntimeError):
            run()
    with scoped(EVERYWHERE):
        failed = Run.objects.latest("pk")
    assert failed.state == "failed" and any(p.merged_into_id for p in people("沈试敏"))
    assert "撤销这次合并" in said(browser("street").get(f"/roster/linkage/{failed.pk}"))
    assert actions.undo(failed, "district", clock.now()) == 1
    assert [p.merged_into_id for p in people("沈试敏")] == [None, None]
    clean()


def _again(pk: int) -> Run:
    with scoped(EVERYWHERE):
        return Run.objects.get(pk=pk)


def test_a_second_run_asks_nothing_twice(street: Path) -> None:
    run()
    before = visits()
    again = run()
    assert (again.merges, again.visits) == (0, 0) and visits().keys() == before.keys()


def test_as_many_visits_as_were_wanted_the_doubtful_first(street: Path) -> None:
    run(most=1)
    assert len(visits()) == 1 and next(iter(visits().values())).variant == 1


def test_a_void_of_the_merge_parts_the_two(street: Path) -> None:
    _one, other = people("沈试敏")
    run()
    merge = entries("person.merged")[0]
    journals.append(merge.journal, [("entry.voided", clock.now(), merge.area, {
        "journal": merge.journal, "number": merge.number, "reason": "test",
    })], clock.now())  # fmt: skip
    assert people("沈试敏")[1].id == other.id and people("沈试敏")[1].merged_into_id is None


def test_lives_here_is_written_down(street: Path) -> None:
    run()
    person = people("钱试新")[0].id
    assert "已登记" in answered(browser(), person, "here")
    duty = visits()[person]
    assert (duty.outcome, duty.value) == (1, 1)
    with scoped(EVERYWHERE):
        assert Standing.objects.get(subject=person, name="residence").value == "here"
    clean()


@pytest.mark.parametrize("answer", ["moved", "never"])
def test_who_does_not_live_there_owes_no_later_round(street: Path, answer: str) -> None:
    run()
    person = people("钱试新")[0].id
    answered(browser(), person, answer)
    opener = journals.of_house("later")
    assert open_round(77, "第二轮", cast.STREET, opener, clock.now(), clock.now()).out_of_scope == 1
    with scoped(EVERYWHERE):
        assert not Duty.objects.filter(campaign=77, subject=person).exists()


def test_the_same_as_another_that_no_question_named_waits_for_the_desk(street: Path) -> None:
    run()
    person, other = people("钱试新")[0].id, people("顾试华")[0].id
    client = browser()
    answered(client, person, "same", f_same_as=f"P{other}")
    assert people("钱试新")[0].merged_into_id is None
    page = said(client.get("/roster/doubts"))
    assert "上门说是同一人，等您确认" in page and "钱试新" in page and "顾试华" in page
    clean()
    # Confirmed, taken back, and no longer asked about.
    assert "已处理" in said(client.post("/roster/doubts", {"found": person, "decision": "same"}, follow=True))
    assert people("钱试新")[0].merged_into_id == other
    assert "已按上门结果合并" in said(client.get("/roster/doubts"))
    clean()
    assert "已撤回" in said(client.post("/roster/doubts", {"found": person, "decision": "back"}, follow=True))
    assert people("钱试新")[0].merged_into_id is None
    assert "等您确认" not in said(client.get("/roster/doubts"))
    assert "没有这条存疑" in said(client.post("/roster/doubts", {"found": person, "decision": "same"}, follow=True))
    clean()


def test_two_people_is_an_answer_for_good(street: Path) -> None:
    run()
    person, other = people("钱试新")[0].id, people("顾试华")[0].id
    client = browser()
    answered(client, person, "same", f_same_as=f"P{other}")
    assert "已处理" in said(client.post("/roster/doubts", {"found": person, "decision": "two"}, follow=True))
    assert people("钱试新")[0].merged_into_id is None and "等您确认" not in said(client.get("/roster/doubts"))
    clean()


def test_a_code_that_nobody_has_is_no_answer(street: Path) -> None:
    run()
    person = people("钱试新")[0].id
    answered(browser(), person, "same", f_same_as="P99999999")
    assert people("钱试新")[0].merged_into_id is None and visits()[person].outcome == 0


def asked_about(person: int, other: int) -> None:
    """Have the house ask at the door whether these two are one."""
    with scoped(EVERYWHERE):
        area = Person.objects.get(id=person).area
    body = {"campaign": VISITS.id, "subjects": [person], "question": "pair", "other": other, "why": "test"}
    journals.append(journals.of_house("asker"), [("visit.asked", clock.now(), area, body)], clock.now())


def test_the_same_as_the_one_that_was_asked_about_merges_and_the_undo_parts(street: Path) -> None:
    run()
    person, other = people("钱试新")[0].id, people("顾试华")[0].id
    asked_about(person, other)
    client = browser()
    page = answered(client, person, "same", f_same_as=f"P{other}")
    assert people("钱试新")[0].merged_into_id == other
    done = re.search(r'name="done" value="([^"]+)"', said(client.get(f"/work/visit/{VISITS.id}/{person}/0")))
    assert done, page
    client.post("/work/visit/undo", {"done": done[1]}, follow=True)
    assert people("钱试新")[0].merged_into_id is None and visits()[person].outcome == 0
    clean()


def test_nobody_is_herself_a_second_record(street: Path) -> None:
    run()
    person = people("钱试新")[0].id
    answered(browser(), person, "same", f_same_as=f"P{person}")
    assert people("钱试新")[0].merged_into_id is None and visits()[person].outcome == 0


def test_nobody_answered_stays_open(street: Path) -> None:
    run()
    person = people("钱试新")[0].id
    client = browser()
    page = said(client.get(f"/work/visit/{VISITS.id}/{person}/0"))
    row = re.search(r'name="row" value="([^"]+)"', page)
    assert row
    sent = {"act": "nobody", "row": row[1], "step": "sure", "from": "sheet", "f_reason": "nobody_home",
            "f_until": "2030-01-01T10:00"}  # fmt: skip
    said(client.post("/work/visit/act", sent, follow=True))
    duty = visits()[person]
    assert (duty.outcome, duty.mark, duty.reason) == (0, 1, "nobody_home")


def test_two_who_name_each_other_leave_one(street: Path) -> None:
    run()
    a, b = people("钱试新")[0].id, people("顾试华")[0].id
    asked_about(a, b)
    answered(browser(), a, "same", f_same_as=f"P{b}")
    answered(browser(), b, "same", f_same_as=f"P{a}")
    low, high = sorted((a, b))
    with scoped(EVERYWHERE):
        rows = dict(Person.objects.filter(id__in=[a, b]).values_list("id", "merged_into_id"))
    assert rows == {low: None, high: low}
    clean()


def test_the_page_says_what_there_is_and_leads_on(street: Path) -> None:
    client = browser()
    page = said(client.get("/roster/linkage"))
    assert "派出所" in page and "物业" in page and "还没有比对过" in page
    done = run()
    page = said(client.get(f"/roster/linkage/{done.pk}"))
    assert "姓名、电话相同" in page and "撤销这次合并" in page
    english = said(browser(language="en").get(f"/roster/linkage/{done.pk}"))
    assert "Name and telephone" in english and "上门" not in english
    assert browser("neighbour").get(f"/roster/linkage/{done.pk}").status_code == 404
    assert "已撤销：1条" in said(client.post(f"/roster/linkage/{done.pk}", {"act": "undo"}, follow=True))


def test_a_run_is_asked_for_on_the_page(street: Path) -> None:
    client = browser()
    answer = client.post("/roster/linkage", {"area": cast.DISTRICT, "most": 5})
    assert "请选择您负责的区域" in said(answer)
    assert "上门人数请填" in said(client.post("/roster/linkage", {"area": cast.STREET, "most": "100001"}))
    answer = client.post("/roster/linkage", {"area": cast.STREET, "most": 5})
    assert answer.status_code == 302, said(answer)
    with scoped(EVERYWHERE):
        one = Run.objects.get()
    assert answer["Location"] == f"/roster/linkage/{one.pk}" and one.state == "running"
    assert "正在比对" in said(client.get(answer["Location"]))
    assert "另一次比对正在进行" in said(client.post("/roster/linkage", {"area": cast.STREET, "most": 5}))


def test_the_sheet_says_who_names_the_person(street: Path) -> None:
    run()
    one, _ = people("沈试敏")
    page = said(browser().get(f"/people/{one.id}"))
    assert "派出所" in page and "物业" in page
