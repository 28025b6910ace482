"""Sheets of paper: printed and numbered, written on, and taken back into the ledger once."""

from __future__ import annotations

import argparse
from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from bulou.command.forms import TIME
from bulou.command.paper.pages import runs
from bulou.config.commands import paper
from bulou.ledger import clock
from bulou.ledger.labels import label
from bulou.ledger.models import Duty, Entry, Journal
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from bulou.rounds.models import Sheet
from bulou.rounds.paper.actions import NoRound, print_sheets
from bulou.rounds.paper.pdf import grouped, render
from tests import cast, desk_street
from tests.desk_street import settle

pytestmark = pytest.mark.usefixtures("db")
TUBE = label(4711)


@pytest.fixture
def sheets():
    settle()
    with scoped(EVERYWHERE):
        return print_sheets(cast.STREET, clock.now(), "test", lines=5)


def browser(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


def give(client: Client, sheet: Sheet, table: str):
    at = timezone.localtime(clock.now()).strftime(TIME)
    return client.post("/import/paper", {"sheet": str(label(sheet.journal)), "at": at, "table": table})


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
    assert page.count("已入账") == 3 and "还有这些行没有录入：4" in page
    assert table not in page and str(label(sheet.journal)) in page  # the rest of the same sheet is next
    again = give(street, sheet, table + "\n4 H 六院 3 病区").content.decode()
    assert again.count("重复，已录入过") == 3 and again.count("已入账") == 1
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
    assert f"这一行属于登记单 {foreign}" in page
    with scoped(EVERYWHERE):
        assert not Entry.objects.filter(journal=sheet.journal).exists()
    assert give(street, sheet, f"{mine}-1 Ｒ").content.decode().count("已入账") == 1


def test_the_number_is_printed_in_groups_and_taken_with_them(sheets) -> None:
    sheet = sheets[1][0]
    at = timezone.localtime(clock.now()).strftime(TIME)
    printed = grouped(label(sheet.journal))
    assert {len(part) for part in printed.split()[:-1]} == {4}
    for number, told in ((printed, "已入账"), (f"{label(sheet.journal)}-2", "重复，已录入过")):
        form = {"sheet": number, "at": at, "table": "1 R"}
        assert told in browser("street").post("/import/paper", form).content.decode()


@pytest.mark.parametrize(
    ("given", "why"),
    [({"area": cast.FAR}, "no open round"), ({"area": cast.NO_2, "out": "none/x.pdf"}, "cannot write the file")],
)
def test_nothing_is_numbered_that_was_not_written(tmp_path, capsys, given, why: str) -> None:
    settle()
    options = command(tmp_path, **given)
    assert paper.run(options) == 1
    assert why in capsys.readouterr().err
    with scoped(EVERYWHERE):
        assert not Sheet.objects.exists() and not Journal.objects.filter(kind="import").exists()


def test_the_file_is_for_its_owner_alone(tmp_path, capsys) -> None:
    settle()
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
        "单上第 1 行: 管号", "单上第 2 行: 代码 H 后面要写说明", "没有第 99 行", "没有代码 Z", "录入的第 5 条: 看不懂",
    ):  # fmt: skip
        assert sentence in page
    assert "2 H\n99 A" in page, "what was typed is there to be mended"
    assert give(street, sheet, f"1 S {TUBE}").status_code == 200
    assert "另一行登记" in give(street, sheet, f"2 S {TUBE}").content.decode()
    with scoped(EVERYWHERE):
        assert Entry.objects.filter(journal=sheet.journal).count() == 1


def test_nobody_takes_a_sheet_of_another_street(sheets) -> None:
    page = give(browser("neighbour"), sheets[1][0], "1 A").content.decode()
    assert "不在您的区域内" in page
    with scoped(EVERYWHERE):
        assert not Entry.objects.filter(journal=sheets[1][0].journal).exists()
    english = browser("street").get("/import/paper", headers={"Accept-Language": "en"}).content.decode()
    assert "Enter a sheet of paper" in english and "nobody answers" in english.lower()
