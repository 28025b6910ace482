"""Sheets of paper: printed and numbered, written on, and taken back into the ledger once."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from bulou.command.paper.pages import TIME
from bulou.ledger import clock
from bulou.ledger.labels import label
from bulou.ledger.models import Duty, Entry, Journal
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from bulou.rounds.models import Sheet
from bulou.rounds.paper.actions import NoRound, print_sheets
from bulou.rounds.paper.pdf import render
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
    again = give(street, sheet, table + "\n4 H 六院 3 病区").content.decode()
    assert again.count("重复，已在账") == 3 and again.count("已入账") == 1
    other = give(street, sheet, "3 A").content.decode()
    assert "与已入账内容不同" in other
    with scoped(EVERYWHERE):
        stages = {d.subject: (d.stage, d.mark, d.outcome) for d in Duty.objects.filter(kind=1)}
        assert Entry.objects.filter(journal=sheet.journal).count() == 4
    one, two, three, four = sheet.persons[:4]
    assert stages[one] == stages[two] == (2, 0, 0) and stages[three][1] in (1, 2) and stages[four][2] == 2
    assert verify("owner") == []


def test_a_table_with_a_mistake_enters_nothing(sheets) -> None:
    sheet = max(sheets[1], key=lambda s: len(s.persons))
    street = browser("street")
    page = give(street, sheet, f"1 S {TUBE ^ 1}\n2 H\n99 A\n3 Z\n没来").content.decode()
    for sentence in ("校验码", "后面要写说明", "没有第 99 行", "没有代码 Z", "看不懂"):
        assert sentence in page
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
