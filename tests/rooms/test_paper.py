"""Sheets of paper: printed and numbered, written on, and taken back into the ledger once."""

from __future__ import annotations

import argparse
import re
from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from bulou.config.commands import paper
from bulou.desk.actions import add_user
from bulou.ledger import clock
from bulou.ledger.check_digit import label
from bulou.ledger.models import Duty, Entry, Journal
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from bulou.places.models import LookUp
from bulou.rounds.models import Sheet
from bulou.rounds.paper.actions import NoRound, print_sheets
from bulou.rounds.paper.pdf import grouped, render
from bulou.rounds.paper_desk.pages import runs
from bulou.ui.forms import TIME
from tests import cast, desk_street

pytestmark = pytest.mark.usefixtures("settled")
TUBE = label(4711)


@pytest.fixture
def sheets(settled):
    with scoped(EVERYWHERE):
        return print_sheets(cast.STREET, clock.now(), "test", lines=5)


def browser(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


def form(number: object, table: str) -> dict[str, str]:
    return {"sheet": str(number), "at": timezone.localtime(clock.now()).strftime(TIME), "table": table}


def show(client: Client, sheet: Sheet, table: str) -> str:
    """Type a sheet and look at what it means; nothing is written."""
    return client.post("/import/paper", form(label(sheet.journal), table)).content.decode()


def sent(client: Client, told: dict[str, str]):
    """Type a sheet, look at it, and write it where there is nothing to mend."""
    answer = client.post("/import/paper", told)
    digest = re.search(r'name="shown" value="(\w+)"', answer.content.decode())
    return client.post("/import/paper", told | {"act": "apply", "shown": digest[1]}) if digest else answer


def give(client: Client, sheet: Sheet, table: str):
    return sent(client, form(label(sheet.journal), table))


def test_each_sheet_is_a_page_with_its_number_and_names(sheets) -> None:
    printed, kept = sheets
    pages = PdfReader(BytesIO(render(printed))).pages
    assert len(pages) == len(printed) == len(kept) > 2
    for page, sheet in zip(pages, printed, strict=True):
        text = page.extract_text()
        assert str(sheet.number) in text.replace(" ", "") and all(r.name in text for r in sheet.lines)
    listed = [person for sheet in kept for person in sheet.persons]
    with scoped(EVERYWHERE):
        owed = set(Duty.objects.filter(kind=1, outcome=0).values_list("subject", flat=True))
        assert Journal.objects.filter(pk__in=[s.journal for s in kept], kind="import").count() == len(kept)
    assert len(listed) == len(set(listed)) and set(listed) == owed - {desk_street.STRANGER}
    with scoped(EVERYWHERE), pytest.raises(NoRound):
        print_sheets(cast.STREET, clock.now(), "test", campaign=99)


def test_a_sheet_comes_back_once_and_a_line_typed_again_is_repeated(sheets) -> None:
    sheet = max(sheets[1], key=lambda s: len(s.persons))
    assert len(sheet.persons) >= 4
    street = browser("street")
    table = f"1 S {TUBE}\n2 S {TUBE}\n3 R"
    page = give(street, sheet, table).content.decode()
    assert page.count("已录入") == 3 and "还有以下行未录入：4" in page
    assert table not in page and str(label(sheet.journal)) in page  # the rest of the same sheet is next
    again = give(street, sheet, table + "\n4 H 六院 3 病区").content.decode()
    assert again.count("重复，已录入过") == 3 and again.count("已录入<") == 1
    other = give(street, sheet, "3 A").content.decode()
    assert "与已录入内容不同" in other
    with scoped(EVERYWHERE):
        stages = {d.subject: (d.stage, d.mark, d.outcome) for d in Duty.objects.filter(kind=1)}
        assert Entry.objects.filter(journal=sheet.journal).count() == 4
    one, two, three, four = sheet.persons[:4]
    assert stages[one] == stages[two] == (2, 0, 0) and stages[three][1] in (1, 2) and stages[four][2] == 2
    assert verify("owner") == []


def test_a_line_is_scanned_by_its_code_and_one_of_another_sheet_is_not_taken(sheets) -> None:
    sheet, other, *_ = sorted(sheets[1], key=lambda s: -len(s.persons))
    mine, foreign = label(sheet.journal), label(other.journal)
    street = browser("street")
    page = give(street, sheet, f"{mine}-1 R\n{foreign}-2 A").content.decode()
    assert f"此行属于登记单{foreign}" in page
    with scoped(EVERYWHERE):
        assert not Entry.objects.filter(journal=sheet.journal).exists()
    assert give(street, sheet, f"{mine}-1 Ｒ").content.decode().count("已录入") == 1


def test_the_number_is_printed_in_groups_and_taken_with_them(sheets) -> None:
    sheet = sheets[1][0]
    printed = grouped(label(sheet.journal))
    assert {len(part) for part in printed.split()[:-1]} == {4}
    for number, told in ((printed, "已录入"), (f"{label(sheet.journal)}-2", "重复，已录入过")):
        assert told in sent(browser("street"), form(number, "1 R")).content.decode()


@pytest.mark.parametrize("given", [{"area": cast.FAR}, {"area": cast.NO_2, "out": "none/x.pdf"}])
def test_nothing_is_numbered_that_was_not_written(tmp_path, capsys, monkeypatch, given) -> None:
    monkeypatch.setenv("BULOU_LANGUAGE", "en")
    options = command(tmp_path, **given)
    if "out" in given:
        with pytest.raises(FileNotFoundError):
            paper.run(options)
    else:
        assert paper.run(options) == 1
        assert "no open round" in capsys.readouterr().err
    with scoped(EVERYWHERE):
        assert not Sheet.objects.exists() and not Journal.objects.filter(kind="import").exists()


def test_the_file_is_for_its_owner_alone(tmp_path, capsys) -> None:
    options = command(tmp_path, area=cast.NO_1, lines=5)
    options.out.write_text("older, and open to all")
    options.out.chmod(0o644)
    assert paper.run(options) == 0
    assert options.out.stat().st_mode & 0o777 == 0o600
    with scoped(EVERYWHERE):
        sheets = list(Sheet.objects.all())
    assert len(PdfReader(options.out).pages) == len(sheets) and max(len(s.persons) for s in sheets) == 5
    assert f"{len(sheets)} sheets" in capsys.readouterr().out


@pytest.mark.parametrize(("lines", "told"), [([], []), ([4], ["4"]), ([1, 2, 3, 7, 9, 10], ["1–3", "7", "9–10"])])
def test_lines_that_follow_each_other_are_told_as_one(lines: list[int], told: list[str]) -> None:
    assert runs(lines) == told


def command(folder: Path, area: int, lines: int = 20, out: str = "sheets.pdf") -> argparse.Namespace:
    return argparse.Namespace(data=None, area=area, out=folder / out, campaign=0, lines=lines)


def test_a_table_with_a_mistake_enters_nothing(sheets) -> None:
    sheet = max(sheets[1], key=lambda s: len(s.persons))
    street = browser("street")
    page = give(street, sheet, f"1 S {TUBE ^ 1}\n2 H\n99 A\n3 Z\n没来").content.decode()
    for sentence in (
        "登记单第1行: 管号", "登记单第2行: 代码H后面须写说明", "没有第99行", "没有代码Z", "录入的第5条: 无法识别",
    ):  # fmt: skip
        assert sentence in page
    assert "2 H\n99 A" in page, "what was typed is there to be mended"
    assert give(street, sheet, f"1 S {TUBE}").status_code == 200
    assert "另一行登记" in give(street, sheet, f"2 S {TUBE}").content.decode()
    with scoped(EVERYWHERE):
        assert Entry.objects.filter(journal=sheet.journal).count() == 1


def test_whom_each_line_means_is_shown_before_anything_is_written(sheets) -> None:
    sheet = max(sheets[1], key=lambda s: len(s.persons))
    street = browser("street")
    page = show(street, sheet, f"1 S {TUBE}\n2 H 六院\n3 A")
    names = [person.zh for person in cast.PERSONS.values() if person.id in sheet.persons[:3]]
    assert all(name in page for name in names) and "梅溪街道 · 梅溪新村" in page
    assert "终结应检：本轮不再采样" in page and "暂缓" in page and "尚未录入" in page
    with scoped(EVERYWHERE):
        assert not Entry.objects.filter(journal=sheet.journal).exists()
        assert LookUp.objects.filter(reason="desk: sheet of paper", person=sheet.persons[0]).exists()
    stale = form(label(sheet.journal), "2 H 六院") | {"act": "apply", "shown": "f" * 32}
    assert "未录入：" in street.post("/import/paper", stale).content.decode()
    with scoped(EVERYWHERE):
        assert not Entry.objects.filter(journal=sheet.journal).exists()


@pytest.mark.parametrize(("row", "why"), [
    ("1 M 没搬，物业说", "意思相反"), ("1 H 已出院", "意思相反"), ("1 E 还没采", "意思相反"), ("1 D 健在", "意思相反"),
    ("1 A 319904198102030001", "含证件号码"), ("1 U 物业说没有这个人", ""), ("1 H 六院", ""),
])  # fmt: skip
def test_evidence_that_says_the_opposite_is_given_back(sheets, row: str, why: str) -> None:
    page = show(browser("street"), sheets[1][0], row)
    assert (why in page) if why else "将录入的行" in page
    assert "319904" not in page
    assert bool(why) == ('role="alert"' in page)


def test_a_sheet_is_taken_back_as_a_whole_and_typed_anew(sheets) -> None:
    sheet = max(sheets[1], key=lambda s: len(s.persons))
    street = browser("street")
    with scoped(EVERYWHERE):
        before = {d.subject: (d.stage, d.mark, d.outcome) for d in Duty.objects.filter(kind=1)}
    page = give(street, sheet, f"1 S {TUBE}\n2 H 六院\n3 A").content.decode()
    address = re.search(r'href="(/import/lists/\d+)">查看并整份撤销', page)
    assert address
    assert "撤销这3人的录入" in street.get(address[1]).content.decode()
    assert "已撤销整份名单" in street.post(address[1], follow=True).content.decode()
    with scoped(EVERYWHERE):
        assert {d.subject: (d.stage, d.mark, d.outcome) for d in Duty.objects.filter(kind=1)} == before
    again = give(street, sheet, "2 A\n3 A").content.decode()
    assert again.count("已录入") == 2 and "还有以下行未录入：1、4" in again
    assert "撤销之后已重新录入" in show(street, sheet, "2 H 六院")
    with scoped(EVERYWHERE):
        after = {d.subject: (d.stage, d.mark, d.outcome) for d in Duty.objects.filter(kind=1)}
    assert [after[p] for p in sheet.persons[:3]] == [before[sheet.persons[0]], (0, 1, 0), (0, 1, 0)]
    assert verify("owner") == []


@pytest.mark.parametrize(
    ("role", "opens"), [("laboratory", False), ("store", False), ("administrator", False), ("committee", True)]
)
def test_who_may_say_what_became_of_people_takes_back_paper_and_nobody_else(sheets, role: str, opens: bool) -> None:
    add_user("other", desk_street.PASSWORD, [cast.STREET], [role])
    answer = give(browser("other"), sheets[1][0], "1 D 居委说")
    assert (answer.status_code == 200) is opens
    with scoped(EVERYWHERE):
        assert Entry.objects.filter(journal=sheets[1][0].journal).exists() is opens


def test_nobody_takes_a_sheet_of_another_street(sheets) -> None:
    page = give(browser("neighbour"), sheets[1][0], "1 A").content.decode()
    assert "不在您负责的区域内" in page
    with scoped(EVERYWHERE):
        assert not Entry.objects.filter(journal=sheets[1][0].journal).exists()
    english = browser("street").get("/import/paper", headers={"Accept-Language": "en"}).content.decode()
    assert "Enter paper form" in english and "no answer" in english.lower()
