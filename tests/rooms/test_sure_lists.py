"""A list that ends duties is sure of each of them: the right compound, the right person, the right word, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from bulou.desk.actions import add_user
from bulou.ledger.models import Duty, Entry
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from bulou.places.models import LookUp
from bulou.rounds.chat_list.models import Taken
from tests import cast
from tests import desk_street as street
from tests.builders import Pen

P = {name: person.id for name, person in cast.PERSONS.items()}
#: Names that are harder than those of the cast, at 1-102, 1-201 and 1-202.
NAMES = {"li": "买买提·吐尔逊", "mei": "Anna Müller", "xiaoli": "李䶮", "zhou": "张三", "hua": "李四",
"sun": "O'Brien Sean",
         "qian": "𠮷村苗", "feng": "张三丰"}  # fmt: skip


@pytest.fixture(scope="module")
def town(clone) -> Iterator[None]:
    with clone():
        street.settle(NAMES)
        street.post(Pen(cast.AYI).sealed(20, cast.TUBES["T1"], P["ding"], mode="single"))
        add_user("upper", street.PASSWORD, [cast.UPPER], ["committee"])
        add_user("colleague", street.PASSWORD, [cast.UPPER], ["committee"])
        yield


@pytest.fixture
def fresh(database: str) -> None:
    """A town of one's own, for what writes."""
    street.settle(NAMES)
    add_user("upper", street.PASSWORD, [cast.UPPER], ["committee"])
    add_user("colleague", street.PASSWORD, [cast.UPPER], ["committee"])


def signed_in(name: str = "street", language: str = "zh-hans") -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name))
    client.cookies["bulou_language"] = language
    return client


def send(browser: Client, table: str = "", act: str = "show", **given) -> str:
    answer = browser.post("/import/list", {"round": cast.ROUND, "table": table, "act": act} | given, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def book(*rows: list, title: str = "名单") -> SimpleUploadedFile:
    made = Workbook()
    made.active.title = title
    for row in rows:
        made.active.append(row)
    out = BytesIO()
    made.save(out)
    return SimpleUploadedFile("l.xlsx", out.getvalue())


def matched(html: str) -> list[tuple[str, str]]:
    """Return (name, act) of the rows that would be applied."""
    _, _, table = html.partition("将录入的行")
    rows = re.findall(r"<tr>(.*?)</tr>", table.partition("</table>")[0], re.DOTALL)[1:]
    out = []
    for row in rows:
        cells = [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]
        act = re.search(r'class="pill[^"]*">([^<]+)</span> <span class="why">[^<]*</span></td>$', row.strip())
        out.append((cells[3].replace("&#x27;", "'"), act[1] if act else ""))
    return out


def apply(browser: Client, table: str, **given) -> str:
    html = send(browser, table, **given)
    digest = re.search(r'name="shown" value="(\w*)"', html)
    assert digest
    return send(browser, table, "apply", shown=digest[1], **given)


def told() -> dict[int, tuple]:
    with scoped(EVERYWHERE):
        return {d.subject: (d.stage, d.mark, d.outcome, d.reason) for d in Duty.objects.filter(kind=1)}


@pytest.mark.parametrize(
    ("line", "who"),
    [
        ("1. 1-102 买买提·吐尔逊 收到", ["li"]), ("2. 1-102 买买提・吐尔逊 收到", ["li"]),
        ("3. 1-102 买买提‧吐尔逊 收到", ["li"]),
        ("4. 1-102 买买提.吐尔逊 收到", ["li"]), ("4. 1-102 买买提 吐尔逊 收到", ["li"]),
        ("5. 1-102 Anna Müller 收到", ["mei"]),
        ("5. 1-102 anna müller ok", ["mei"]), ("6. 1-102 Anna 收到", []), ("7、1-202 𠮷村苗 收到", ["qian"]),
        ("8）1号楼102室李䶮 收到", ["xiaoli"]), ("９．１－１０２ 李䶮 收到", ["xiaoli"]),
        ("10 1-201 张三 收到", ["zhou"]),
        ("⑪1-201张三收到", ["zhou"]), ("⑪1-202张三丰收到", ["feng"]), ("12. A栋201 张三 收到", []),
        ("13. 1-201A 张三 收到", []),
        ("14. 1-地下201 张三 收到", []), ("15. 201 张三 收到", []), ("16. 1/201 张三 收到", ["zhou"]),
        ("17. 1#201 张三 收到", ["zhou"]),
        ("18. 1—201 张三 收到", ["zhou"]), ("20. 1 201 张三 收到", ["zhou"]),
        ("21. 1-201 张三、李四 收到", ["zhou", "hua"]),
        ("22. 1-201 张三 李四 2人 收到", ["zhou", "hua"]), ("22. 1-201 张三和李四收到", ["zhou", "hua"]),
        ("22. 1-201张三李四收到", ["zhou", "hua"]), ("23. 张三 1-201 收到", ["zhou"]), ("24. 1-201 张三 +1", []),
        ("25. 1-201 张三 ✅", ["zhou"]), ("26. 1-201 张三（外出）", ["zhou"]),
        ("27. 1-201 张三  13900001234", ["zhou"]),
        ("28. 1-1-201 张三 收到", ["zhou"]), ("28. 1-5-201 张三 收到", []), ("29. 1号1单元201 张三 收到", ["zhou"]),
        ("31. 一号楼201 张三 收到", ["zhou"]), ("31. 十号楼201 张三 收到", []),
        ("32. 1-202 O’Brien Sean 收到", ["sun"]),
        ("33. 101-201 张三 收到", []), ("34. 1-201 张三👌", ["zhou"]), ("35. 1-201-张三-2人", []),
        ("1-201 张三全家", []),
        ("1-201 张三等2人 收到", []), ("1-201 张三 王五 收到", []), ("1-201 张三 外出 李四 收到", []),
        ("1-201 张三丰 收到", []),
        ("1-201 张三、张三 收到", []), ("1-201 张* 收到", []), ("1-201 张? 收到", []), ("1-201 张三? 收到", []),
        ("1-201 张三 拒检？", []), ("1-201 张□ 收到", []),
        ("梅溪新村1-201 张三 收到", ["zhou"]),
        ("梅溪街道梅溪新村1-201 张三 收到", ["zhou"]),
        ("竹溪小区1-201 张三 收到", []), ("桥头小区 1-201 张三 收到", []), ("梅溪公寓1-201 张三", []),
    ],
)  # fmt: skip
def test_each_line_is_read_right_or_given_back(town: None, line: str, who: list[str]) -> None:
    html = send(signed_in(), line, silent="1")
    assert [name for name, _ in matched(html)] == [NAMES[name] for name in who]
    assert who or "不录入的行" in html


@pytest.mark.parametrize(
    "word",
    ["没搬", "未搬走", "不是拒检", "没有拒绝", "还没采", "没住院", "已出院", "没外出", "搬来", "已采样", "可能搬走",
    "搬走？", "not moved"],
)  # fmt: skip
def test_a_not_is_never_read_as_its_opposite(town: None, word: str) -> None:
    html = send(signed_in(), f"1-201 张三 {word}", silent="1")
    assert matched(html) == [] and "不录入的行" in html


@pytest.mark.parametrize(
    "places",
    [["华泾镇", "", "馨宁公寓"], ["", "", "梅溪公寓"], ["竹溪街道", "", ""], ["", "梅溪二居委", ""], ["梅溪街道",
    "梅溪一居委", "桥头小区"]],
)  # fmt: skip
def test_a_list_of_another_compound_touches_nobody_here(town: None, places: list[str]) -> None:
    head = ["街镇", "居委会", "小区", "楼号", "单元", "室号", "姓名", "情况"]
    html = send(signed_in(), file=book(head, [*places, "1号楼", "1", "201", "张三", "已搬离"]))
    assert matched(html) == [] and "街镇、居委会或小区与登记的不同" in html
    here = send(signed_in(), file=book(head, ["梅溪街道", "", "梅溪新村", "1号楼", "1", "201", "张三", "已搬离"]))
    assert matched(here) == [("张三", "已搬离")] and "终结应检" in here


@pytest.mark.parametrize(
    ("title", "n"), [("竹溪小区接龙", 0), ("#梅溪公寓 1号楼", 0), ("梅溪新村接龙", 1), ("核酸接龙", 1)]
)
def test_the_title_says_whose_list_it_is(town: None, title: str, n: int) -> None:
    html = send(signed_in(), f"{title}\n1. 1-201 张三 收到")
    assert len(matched(html)) == n and title in html


def test_a_list_is_held_to_the_compound_that_is_chosen(town: None) -> None:
    line, court = "1. 1-201 张三 收到", cast.area_id(104, 7, 1, 2)
    assert len(matched(send(signed_in(), line, under=cast.ESTATE))) == 1
    html = send(signed_in(), line, under=court)
    assert matched(html) == [] and "不在所选区域" in html


def test_what_will_happen_stands_beside_who_and_where(town: None) -> None:
    html = send(signed_in(), "1. 1-201 张三 住院\n2. 1-202 张三丰 外出\n3. 1-102 李䶮 收到")
    wanted = (
        "梅溪街道 · 梅溪新村 · 1号楼", "1号201室", "张三丰", "待通知", "终结应检：本轮不再采样",
        "暂缓4小时", "仍须采样",
    )  # fmt: skip
    for told_ in wanted:
        assert told_ in html
    with scoped(EVERYWHERE):
        assert LookUp.objects.filter(reason="desk: pasted list", person=P["feng"]).exists()


def test_two_rows_that_contradict_each_other_end_nothing(town: None) -> None:
    html = send(signed_in(), "1. 1-201 张三 住院\n2. 1-201 张三 收到\n3. 1-201 李四 外出\n4. 1-201 李四 外出")
    assert matched(html) == [("李四", "外出，稍后回")] and "同一人写了两种情况" in html and "同一人重复" in html


@pytest.mark.parametrize("number", [
    "319904198102030001", "31990419810203000X", "３１９９０４１９８１０２０３０００１", "319904 19810203 0001",
])  # fmt: skip
def test_an_identity_number_is_neither_taken_nor_shown_again(town: None, number: str) -> None:
    browser = signed_in()
    for html in (
        send(browser, f"1-201 张三 {number}\n1-201 李四 收到"),
        send(browser, file=book(["楼号", "室号", "姓名", "情况"], [1, 201, number, "外出"])),
        send(browser, f"楼号\t室号\t姓名\t身份证\t情况\n1\t201\t李四\t{number}\t收到"),
    ):
        assert number not in html and "19810203" not in html and "１９８１" not in html
    assert matched(html) == [("李四", "已通知")] and "没有读取的列" in html and "身份证" in html
    answer = browser.post("/import/list", {"round": cast.ROUND, "table": f"1-201 张三 {number}", "act": "rejected"})
    assert number not in str([[c.value for c in row] for row in load_workbook(BytesIO(answer.content)).active])


# -- what was exported comes back ----------------------------------------------------------------


def exported(browser: Client, address: str) -> list[list[str]]:
    content = browser.get(address).content
    return [["" if cell is None else str(cell) for cell in row] for row in
            load_workbook(BytesIO(content)).active.iter_rows(values_only=True)]  # fmt: skip


ADDRESSES = {
    "missed": street.url(cast.STREET, "/missed.xlsx?state=all"),
    "building": street.url(cast.NO_1) + "?as=xlsx",
    "people": "/people?q=张三&as=xlsx",
}
TITLES = {"zh-hans": ("编码", "校验", "情况", "姓名"), "en": ("Code", "Check", "Remark", "Name")}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("what", ADDRESSES)
def test_a_masked_list_comes_back_by_its_codes(town: None, what: str, language: str) -> None:
    browser = signed_in(language=language)
    head, *rows = exported(browser, ADDRESSES[what])
    code, check, remark, name = (head.index(title) for title in TITLES[language])
    assert all(row[name] not in NAMES.values() for row in rows), "masked"
    mine = next(row for row in rows if row[code] == f"P{P['zhou']}")
    reader = signed_in()
    back = send(reader, file=book(head, *rows))
    assert matched(back) == [] and "无法识别" not in back, "every word of ours is understood, and says nothing new"
    assert back.count("与导出时相同") == sum(bool(row[code]) for row in rows) > 0
    mine[remark] = "住院"
    assert matched(send(reader, file=book(head, *rows))) == [("张三", "住院")]
    for at, wrong in ((code, f"P{P['hua']}"), (code, "P9"), (check, "abc123"), (name, "王*"), (code, "x")):
        changed = [*mine]
        changed[at] = wrong
        assert matched(send(reader, file=book(head, changed))) == [], (head[at], wrong)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_list_of_one_building_names_only_stairwells(town: None, language: str) -> None:
    """1号101室 of 2号楼 stands in its first stairwell, not in 1号楼."""
    head, *rows = exported(signed_in(language=language), street.url(cast.NO_2) + "?as=xlsx")
    back = send(signed_in(), file=book(head, *rows))
    assert back.count("与导出时相同") == len([row for row in rows if row[0]]) > 0


@pytest.mark.parametrize(("door", "found"), [("1号201室", [("张三", "住院")]), ("9号201室", []), ("9-201", [])])
def test_beside_its_building_a_door_says_its_stairwell(town: None, door: str, found: list[tuple[str, str]]) -> None:
    assert matched(send(signed_in(), f"楼栋\t室号\t姓名\t情况\n1号楼\t{door}\t张三\t住院")) == found


def test_a_state_that_was_edited_is_new_and_one_that_was_not_is_not(fresh: None) -> None:
    away = Pen(cast.AYI).deferred(40, P["zhou"], until=cast.minute(5000))
    street.post(away, Pen(cast.LAO, cast.NO_1).called(30, P["hua"]))
    browser = signed_in()
    head, *rows = exported(browser, ADDRESSES["missed"])
    code, reason = head.index("编码"), head.index("原因")
    by = {row[code]: row for row in rows}
    assert by[f"P{P['zhou']}"][reason] == "外出，稍后回"
    assert matched(send(browser, file=book(head, *rows))) == []
    again = {"campaign": cast.ROUND, "duty": "swab", "subjects": [P["zhou"]], "reason": ""}
    street.post(Pen(cast.DESK, cast.NO_1).write("duty.reopened", 60, **again))
    assert matched(send(browser, file=book(head, *rows))) == [], "an old file undoes nothing that was heard since"
    by[f"P{P['hua']}"][reason] = "拒绝采样"
    assert matched(send(browser, file=book(head, *rows))) == [("李四", "拒绝采样")]


def test_what_is_given_back_keeps_its_columns_and_comes_in_again(town: None) -> None:
    browser = signed_in()
    head = ["小区", "楼号", "室号", "姓名", "情况"]
    rows = [
        ["梅溪新村", "1号楼", "201", "=张五", "外出"],
        ["梅溪新村", "1号楼", "102", "李䶮", "收到"],
        ["桥头小区", "1", "201", "李四", "外出"],
    ]
    html = send(browser, file=book(head, *rows))
    assert matched(html) == [("李䶮", "已通知")]
    answer = browser.post("/import/list", {"round": cast.ROUND, "act": "rejected", "file": book(head, *rows)})
    page = load_workbook(BytesIO(answer.content)).active
    back = [[cell.value for cell in row] for row in page.iter_rows()]
    assert back[0] == [*head, "未录入原因"] and [row[:5] for row in back[1:]] == [rows[0], rows[2]]
    assert all(cell.data_type in "ns" for row in page.iter_rows() for cell in row if cell.value), "text stays text"
    back[1][3], back[2][0] = "张三", "梅溪新村"
    assert len(matched(send(browser, file=book(*back)))) == 2


def test_sheets_that_are_hidden_are_named(town: None) -> None:
    made = Workbook()
    for row in (["楼号", "室号", "姓名", "情况"], [1, 201, "张三", "外出"]):
        made.active.append(row)
    made.create_sheet("草稿").sheet_state = "hidden"
    second = made.create_sheet("二")
    for row in (["楼号", "室号", "姓名", "情况", "党员"], [1, 102, "李䶮", "收到", "是"]):
        second.append(row)
    out = BytesIO()
    made.save(out)
    html = send(signed_in(), file=SimpleUploadedFile("l.xlsx", out.getvalue()))
    assert len(matched(html)) == 2 and "草稿" in html and "没有读取的列" in html and "党员" in html


# -- taken back as a whole -----------------------------------------------------------------------

LIST = "1. 1-201 张三 住院\n2. 1-201 李四 外出\n3. 1-102 李䶮 收到"


def test_a_list_is_taken_back_as_a_whole(fresh: None) -> None:
    before, browser = told(), signed_in("upper")
    page = apply(browser, LIST)
    assert "已登记3人" in page and told()[P["zhou"]][2:] == (2, "in_hospital")
    with scoped(EVERYWHERE):
        taken = Taken.objects.get()
        written = Entry.objects.filter(kind="entry.voided").count()
    address = f"/import/lists/{taken.pk}"
    asked = browser.get(address).content.decode()
    assert "撤销这3人的录入" in asked and told() != before, "it asks first"
    assert f'href="{address}"' in browser.get("/import/list").content.decode()
    done = browser.post(address, follow=True).content.decode()
    assert "已撤销整份名单" in done and "upper" in done and told() == before
    with scoped(EVERYWHERE):
        taken.refresh_from_db()
        assert (taken.undone_by, Entry.objects.filter(kind="entry.voided").count() - written) == ("upper", 3)
    assert "已经撤销" in browser.post(address, follow=True).content.decode()
    assert verify("owner") == []


def test_what_was_reported_since_stays(fresh: None) -> None:
    browser = signed_in("upper")
    apply(browser, LIST)
    street.post(Pen(cast.AYI).sealed(900, cast.TUBES["T1"], P["zhou"], mode="single"), minute=60 * 24 * 365 * 9)
    with scoped(EVERYWHERE):
        address = f"/import/lists/{Taken.objects.get().pk}"
    browser.post(address)
    assert told()[P["zhou"]][0] == 2 and told()[P["hua"]] == (0, 0, 0, None)


def test_who_may_take_back_what_another_applied(fresh: None) -> None:
    apply(signed_in("upper"), LIST)
    before = told()
    with scoped(EVERYWHERE):
        address = f"/import/lists/{Taken.objects.get().pk}"
    colleague = signed_in("colleague")
    assert "撤销这 3 人" not in colleague.get(address).content.decode()
    assert "不能登记“作废”" in colleague.post(address, follow=True).content.decode() and told() == before
    assert signed_in("neighbour").get(address).status_code == signed_in("neighbour").post(address).status_code == 404
    assert "已撤销整份名单" in signed_in("street").post(address, follow=True).content.decode() and told() != before
