"""Doubts: raised by lists and finds, seen from either end, decided once, and what follows for duties."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.test import Client

from bulou.desk.actions import add_user
from bulou.field import posting
from bulou.ledger.areas import found_id, span
from bulou.ledger.effects import Entry, Key
from bulou.ledger.intake import Report
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from bulou.ledger.vocabulary import Mark
from bulou.places import doubts, imports, reads
from bulou.places.documents import check_character
from bulou.places.doubts import NotDecided
from tests import cast, desk_street, shelf

TITLES = ["姓名", "证件号码", "手机", "街道", "小区", "楼号", "室号"]
NOW = cast.minute(600)
SWAB = 1


def number(serial: int, day: str = "19880506") -> str:
    start = f"319904{day}{serial:03}"
    return start + check_character(start)


@pytest.fixture
def street(settled):
    """The street with its open round."""


def take(folder: Path, *rows: list[str], name: str = "学校", at=NOW) -> imports.Outcome:
    file = folder / f"{name}.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([TITLES, *rows])
    return imports.import_persons(file, folder, at)


def mother_and_child(folder: Path) -> tuple[int, int]:
    """A list with the mother at No. 1, and a school's with the child in the next street under the mother's number."""
    take(folder, ["沈试敏", number(7), "13900003001", "梅溪街道", "梅溪新村", "1号楼", "601"], name="物业")
    take(folder, ["陆试满", number(7), "13900003002", "竹溪街道", "竹溪小区", "竹溪楼", "602"])
    people = by_name()
    return people["沈试敏"]["id"], people["陆试满"]["id"]


def by_name() -> dict[str, dict]:
    with scoped(EVERYWHERE):
        return {row["name"]: row for row in reads.persons(EVERYWHERE)}


def open_doubts(ranges=EVERYWHERE) -> list[dict]:
    with scoped(ranges):
        return doubts.doubts(ranges)


def row_of(person: int) -> dict:
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, phone, phone_2, id_tail, merged_into, birth_year FROM places_person WHERE id = %s", [person]
        )
        return dict(zip(("name", "phone", "phone_2", "tail", "merged", "born"), cursor.fetchone(), strict=True))


def test_a_number_alone_never_overwrites(street, tmp_path):
    mother, child = mother_and_child(tmp_path)
    assert row_of(mother) == {
        "name": "沈试敏", "phone": "13900003001", "phone_2": None, "tail": number(7)[-4:], "merged": None, "born": 1988,
    }  # fmt: skip
    assert row_of(child)["tail"] is None and row_of(child)["born"] is None  # what the number says is the mother's
    (doubt,) = open_doubts()
    assert (doubt["kind"], doubt["person"], doubt["other"], doubt["source"]) == ("number", mother, child, "学校")
    assert doubt["said"]["door"] == "602" and doubt["line"] == 2 and doubt["numbered"]
    # The same again asks nothing again; nor does a list that came after somebody was told.
    again = take(
        tmp_path,
        ["陆试满", number(7), "13900003002", "竹溪街道", "竹溪小区", "竹溪楼", "602"],
        at=NOW + timedelta(days=1),
    )
    assert (again.added, again.changed, again.doubts) == (0, 0, 0) and len(open_doubts()) == 1


def test_both_ends_see_it_and_who_has_both_decides(street, tmp_path):
    mother, child = mother_and_child(tmp_path)
    (doubt,) = open_doubts()
    for area, name in ((cast.STREET, "沈试敏"), (desk_street.NEXT_STREET, None)):
        (seen,) = open_doubts((span(area),))
        assert seen["name"] == name and not seen["whole"]
        with scoped((span(area),)), pytest.raises(NotDecided, match="area"):
            doubts.decide(doubt["id"], "same", "street", (span(area),), NOW)
    assert open_doubts((span(cast.FAR),)) == []
    with scoped((span(cast.FAR),)), pytest.raises(NotDecided, match="gone"):
        doubts.decide(doubt["id"], "same", "far", (span(cast.FAR),), NOW)
    with scoped(EVERYWHERE):
        assert doubts.decide(doubt["id"], "two", "district", EVERYWHERE, NOW) == doubts.Decided(mother, child)
        with pytest.raises(NotDecided, match="decided"):
            doubts.decide(doubt["id"], "same", "district", EVERYWHERE, NOW)
        with pytest.raises(NotDecided, match="decision"):
            doubts.decide(doubt["id"], "perhaps", "district", EVERYWHERE, NOW)
    assert row_of(child)["merged"] is None and open_doubts() == []


def test_one_person_and_the_new_name_and_door(street, tmp_path):
    mother, child = mother_and_child(tmp_path)
    (doubt,) = open_doubts()
    with scoped(EVERYWHERE):
        assert doubts.decide(doubt["id"], "take", "district", EVERYWHERE, NOW).merged == child
        history = [(f["attribute"], f["value"]) for f in reads.history(mother)]
    assert row_of(mother)["name"] == "陆试满" and row_of(mother)["phone_2"] == "13900003002"
    assert ("name", "沈试敏") in history and ("name", "陆试满") in history
    assert by_name()["陆试满"]["area"] == desk_street.NEXT_BUILDING
    assert row_of(child)["merged"] == mother
    # The school's list again means the one person that there is now.
    again = take(
        tmp_path,
        ["陆试满", number(7), "13900003002", "竹溪街道", "竹溪小区", "竹溪楼", "602"],
        at=NOW + timedelta(days=1),
    )
    assert (again.added, again.doubts) == (0, 0)


def test_a_name_written_otherwise_is_a_doubt_and_two_people_when_somebody_says_so(street, tmp_path):
    take(tmp_path, ["赵试喆宇", number(8), "", "梅溪街道", "梅溪新村", "1号楼", "602"], name="物业")
    outcome = take(tmp_path, ["赵试吉吉宇", "", "13900003003", "梅溪街道", "梅溪新村", "1号楼", "602"])
    assert (outcome.accepted, outcome.added, outcome.doubts) == (1, 0, 1)
    (doubt,) = open_doubts()
    assert doubt["kind"] == "name" and doubt["other"] is None
    with scoped(EVERYWHERE):
        added = doubts.decide(doubt["id"], "two", "district", EVERYWHERE, NOW).added
    assert row_of(added)["phone"] == "13900003003" and by_name()["赵试吉吉宇"]["area"] == cast.NO_1
    again = take(
        tmp_path, ["赵试吉吉宇", "", "13900003003", "梅溪街道", "梅溪新村", "1号楼", "602"], at=NOW + timedelta(days=1)
    )
    assert (again.added, again.doubts) == (0, 0)


def test_three_of_one_number_in_one_file_are_three(street, tmp_path):
    lost = number(900, "19550105")
    rows = [[f"试{c}丙", lost, "", "梅溪街道", "梅溪新村", "1号楼", f"70{n}"] for n, c in enumerate("甲乙丙", 1)]
    outcome = take(tmp_path, *rows)
    assert (outcome.added, outcome.doubts) == (3, 2) and {d["kind"] for d in open_doubts()} == {"twice"}
    assert take(tmp_path, *rows, at=NOW + timedelta(days=1)).added == 0


def test_twins_and_a_dormitory_stay_apart(street, tmp_path):
    home = ["梅溪街道", "梅溪新村", "2号楼"]
    for turn in (0, 1):
        people = (["张试伟", "", phone, *home, "宿舍"] for phone in ("13900003001", "13900003002", ""))
        outcome = take(tmp_path, *people, name="宿舍", at=NOW + timedelta(days=turn))
        assert (outcome.added, outcome.doubts) == ((3, 1), (0, 0))[turn]
    other = take(tmp_path, ["张试伟", "", "13900003009", *home, "宿舍"], name="公司")
    assert (other.added, other.changed, other.doubts) == (0, 0, 1)
    assert {d["kind"] for d in open_doubts()} == {"namesake", "several"}


def found(n: int, name: str, **body) -> Entry:
    return Entry(cast.AYI, n, "person.found", NOW, cast.NO_1, {"campaign": cast.ROUND, "name": name, **body})


def find(*entries: Entry) -> list[int]:
    """Send entries as a phone does; return whom they found."""
    (answer,) = posting.settle([posting.Sent(cast.AYI, [Report.of(entry) for entry in entries])], NOW)
    assert {receipt.status for receipt in answer.receipts} <= {"kept", "repeated"}
    return [found_id(entry.journal, entry.number) for entry in entries]


@pytest.mark.parametrize(
    ("name", "door"),
    [
        ("王桂芳", "101"),
        ("王 桂芳 ", "0101室"),
        ("王桂芳", "１０１"),
        ("王某", "101"),
        ("王桂方", "#101"),
        ("王先生", "1单元101"),
    ],
)
def test_somebody_found_who_is_on_the_list_of_that_door_is_a_doubt(street, name, door):
    (id_,) = find(found(1, name, stairwell="1", door=door))
    (doubt,) = open_doubts((span(cast.STREET),))
    assert (doubt["kind"], doubt["person"], doubt["other"]) == ("found", cast.PERSONS["gui"].id, id_)
    assert (duty(id_).outcome, duty(id_).mark, duty(id_).reason) == (0, Mark.DEFERRED, "maybe_listed")
    assert duty(id_).until == NOW + timedelta(days=1)
    find(found(1, name, stairwell="1", door=door))  # sent again
    assert len(open_doubts()) == 1 and deferrals() == 1


def deferrals() -> int:
    """Return how many words the house itself has written about people found."""
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM ledger_entry e JOIN ledger_journal j ON j.id = e.journal"
            " WHERE j.kind = 'system' AND j.name = '疑似重复' AND e.kind = 'duty.deferred'"
        )
        return cursor.fetchone()[0]


@pytest.mark.parametrize(("name", "door"), [("王桂芳", "202"), ("李试新", "101"), ("?", "")])
def test_somebody_else_is_none(street, name, door):
    (id_,) = find(found(1, name, stairwell="1", door=door))
    assert open_doubts() == [] and duty(id_).mark == 0 and deferrals() == 0


def test_somebody_found_twice_is_a_doubt_whichever_phone_has_the_larger_number(street):
    first, second = find(found(2, "赵试新", door="101", stairwell="1")) + find(
        found(1, "赵试新", door="0101室", stairwell="1")
    )
    (doubt,) = open_doubts()
    assert {doubt["person"], doubt["other"]} == {first, second} and doubt["other"] == second
    together = find(found(3, "钱试新", door="102", stairwell="1"), found(4, "钱 试新", door="１０２", stairwell="1"))
    assert [(d["person"], d["other"]) for d in open_doubts()[1:]] == [tuple(together)]


def test_each_find_of_one_person_is_asked_about(street):
    ids = find(
        found(1, "王桂芳", stairwell="1", door="101"),
        found(2, "王桂芳 ", stairwell="1", door="101", phone="13900003009"),
    )
    assert {d["other"] for d in open_doubts()} == set(ids)
    assert [duty(id_).reason for id_ in ids] == ["maybe_listed"] * 2


def test_who_is_swabbed_meanwhile_waits_no_longer(street):
    entry = found(1, "王桂芳", stairwell="1", door="101")
    sealed = Entry(cast.AYI, 2, "tube.sealed", NOW, cast.NO_1, {
        "campaign": cast.ROUND, "tube": cast.TUBES["T1"], "mode": "single", "persons": [found_id(cast.AYI, 1)],
    })  # fmt: skip
    (id_, _) = find(entry, sealed)
    assert (duty(id_).outcome, duty(id_).mark, duty(id_).stage) == (0, 0, 2) and len(open_doubts()) == 1


def test_a_list_knows_who_was_found_at_its_door(street, tmp_path):
    (id_,) = find(found(1, "赵试新", stairwell="1", door="0101室"))
    outcome = take(tmp_path, ["赵试新", "", "13900003004", "梅溪街道", "梅溪新村", "1号楼", "101"])
    assert (outcome.added, outcome.changed) == (0, 1) and row_of(id_)["phone"] == "13900003004"


@pytest.fixture
def browser(street) -> Client:
    client = Client()
    client.force_login(User.objects.get(username="street"))
    client.cookies["bulou_language"] = "zh-hans"
    client.get("/roster/doubts")
    return client


def duty(person: int):
    return shelf.read().duties[Key(cast.ROUND, SWAB, person)]


def test_the_desk_decides_and_the_second_record_owes_nothing_beside_the_first(browser):
    gui = cast.PERSONS["gui"].id
    (id_,) = find(found(1, "王桂芳", stairwell="1", door="0101室", phone="13900003005"))
    assert (duty(id_).outcome, duty(id_).reason) == (0, "maybe_listed")
    html = browser.get("/roster/doubts").content.decode()
    assert "现场登记的人可能已在名册上" in html and html.count("王桂芳") == 2 and "13900003005" in html
    doubt = re.search(r'name="doubt" value="(\d+)"', html)[1]
    done = browser.post("/roster/doubts", {"doubt": doubt, "decision": "same"}, follow=True).content.decode()
    assert "已处理" in done and "没有待判断的存疑" in done
    assert (duty(id_).outcome, duty(id_).reason, duty(gui).outcome) == (2, "same_person", 0)
    assert row_of(gui)["phone"] == "13900003005" and row_of(id_)["merged"] == gui
    back = browser.post("/roster/doubts", {"doubt": doubt, "decision": "back"}, follow=True).content.decode()
    assert "已撤回" in back and 'name="decision" value="same"' in back
    assert (duty(id_).outcome, duty(id_).reason) == (0, "maybe_listed") and row_of(id_)["merged"] is None


def test_two_people_are_owed_each(browser):
    (id_,) = find(found(1, "王桂芳", stairwell="1", door="0101室"))
    decide(browser, "two")
    assert (duty(id_).outcome, duty(id_).mark) == (0, 0) and row_of(id_)["merged"] is None
    decide(browser, "back")
    assert (duty(id_).mark, duty(id_).reason) == (Mark.DEFERRED, "maybe_listed")


def test_of_one_person_the_swab_that_was_taken_counts(browser):
    gui = cast.PERSONS["gui"].id
    sealed = {"campaign": cast.ROUND, "tube": cast.TUBES["T1"], "mode": "single", "persons": [found_id(cast.AYI, 1)]}
    met = found(1, "王桂芳", stairwell="1", door="0101室")
    (id_, _) = find(met, Entry(cast.AYI, 2, "tube.sealed", NOW, cast.NO_1, sealed))
    decide(browser, "same")
    assert (duty(id_).outcome, duty(id_).stage) == (0, 2)  # sampled
    assert (duty(gui).outcome, duty(gui).reason) == (2, "same_person") and row_of(id_)["merged"] == gui
    decide(browser, "back")
    assert (duty(gui).outcome, duty(id_).mark) == (0, 0) and row_of(id_)["merged"] is None


def test_a_name_that_was_taken_over_is_given_back(browser):
    gui = cast.PERSONS["gui"].id
    find(found(1, "王桂方", stairwell="1", door="101"))
    decide(browser, "take")
    assert row_of(gui)["name"] == "王桂方"
    decide(browser, "back")
    assert row_of(gui)["name"] == "王桂芳" and by_name()["王桂芳"]["area"] == cast.NO_1
    with scoped(EVERYWHERE):
        assert [f["value"] for f in reads.history(gui) if f["attribute"] == "name"] == ["王桂芳", "王桂方", "王桂芳"]
    decide(browser, "take")
    assert row_of(gui)["name"] == "王桂方"
    assert verify() == [], "each decision, and its taking back, has left its record"


@pytest.mark.parametrize(
    "change", ["decided_by = 'x'", "decision = 'same'", "decided_at = NULL, decided_by = NULL, decision = NULL"]
)
def test_a_decision_that_nobody_took_is_named(browser, settled, change):
    find(found(1, "王桂方", stairwell="1", door="101", needs=["bedridden"]))
    decide(browser, "take")
    assert verify() == []
    with psycopg.connect(settled.owner) as owner:
        assert owner.execute(f"UPDATE places_doubt SET {change}").rowcount == 1
    assert "doubts" in {d.what.partition(".")[0] for d in verify()}


def decide(browser: Client, decision: str) -> None:
    """Press the button of the first doubt of the page that has it."""
    html = browser.get("/roster/doubts").content.decode()
    forms = re.findall(r'name="doubt" value="(\d+)">(.*?)</form>', html, re.DOTALL)
    doubt = next(number for number, buttons in forms if f'value="{decision}"' in buttons)
    done = browser.post("/roster/doubts", {"doubt": doubt, "decision": decision}, follow=True).content.decode()
    assert "已处理" in done or "已撤回" in done


def test_who_is_added_by_a_decision_owes_the_round(browser, tmp_path):
    take(tmp_path, ["王桂方", "", "13900003006", "梅溪街道", "梅溪新村", "1号楼", "101"])
    html = browser.get("/roster/doubts").content.decode()
    doubt = re.search(r'name="doubt" value="(\d+)"', html)[1]
    browser.post("/roster/doubts", {"doubt": doubt, "decision": "two"})
    assert duty(by_name()["王桂方"]["id"]).outcome == 0


def test_a_doubt_beyond_the_own_areas_shows_one_end_and_no_buttons(browser, tmp_path):
    mother_and_child(tmp_path)
    html = browser.get("/roster/doubts").content.decode()
    assert "沈试敏" in html and "陆试满" not in html and "13900003002" not in html and "由上级处理" in html
    assert 'name="decision"' not in html
    told = browser.post("/roster/doubts", {"doubt": open_doubts()[0]["id"], "decision": "same"}, follow=True)
    assert "由上级处理" in told.content.decode() and len(open_doubts()) == 1


def test_without_names_nobody_is_named_and_without_decide_nothing_opens(browser):
    find(found(1, "王桂芳", stairwell="1", door="101", phone="13900003005"))
    add_user("store", desk_street.PASSWORD, [cast.STREET], ["store"])
    browser.force_login(User.objects.get(username="store"))
    html = browser.get("/roster/doubts").content.decode()
    assert "王桂芳" not in html and "13900003005" not in html
    add_user("lab", desk_street.PASSWORD, [cast.STREET], ["laboratory"])
    browser.force_login(User.objects.get(username="lab"))
    assert browser.get("/roster/doubts").status_code == 403
    browser.force_login(User.objects.get(username="street"))
    browser.cookies["bulou_language"] = "en"
    assert "Doubts: one person or two" in browser.get("/roster/doubts").content.decode()


@pytest.mark.parametrize(
    "change",
    [
        "decision = 'same'",
        "decided_at = since, decided_by = 'x', decision = 'perhaps'",
        "kind = 'odd'",
        "other = person",
    ],
)
def test_the_database_refuses_half_a_decision(street, tmp_path, change):
    mother_and_child(tmp_path)
    with pytest.raises(IntegrityError), scoped(EVERYWHERE), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE places_doubt SET {change}")
