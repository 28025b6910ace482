"""A list that is too long is refused whole, at every page that takes one: nobody at its end goes unread."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from bulou.command.units import importing as unit_list
from bulou.command.work import importing as work_list
from bulou.ledger.models import Entry
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places.models import Unit
from bulou.rounds.chat_list import importing as chat_list
from bulou.rounds.paper_desk import pages as paper
from bulou.rounds.reconciliation import pages as official
from bulou.ui import forms
from tests.transfer import desk, said

pytestmark = pytest.mark.usefixtures("settled")
#: Each page that takes a list: its module with the limit, its address, and what its form says besides.
DOORS = {
    "chat": (chat_list, "/import/list", {}),
    "work": (work_list, "/work/disposition/import", {}),
    "units": (unit_list, "/units/import", {"kind": "vehicle"}),
    "official": (official, "/official", {}),
    "paper": (paper, "/import/paper", {"sheet": "1", "at": "2022-04-04T09:00"}),
}


def test_what_is_as_long_as_it_may_be_is_taken() -> None:
    assert forms.too_long("一二三", 3) == "" and "没有录入" in forms.too_long("一二三四", 3)


def held() -> tuple[int, int]:
    with scoped(EVERYWHERE):
        return Entry.objects.count(), Unit.objects.count()


@pytest.mark.parametrize("door", DOORS)
def test_a_list_that_is_too_long_is_refused_and_shown_again(door: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module, address, more = DOORS[door]
    monkeypatch.setattr(module, "LONGEST", 10)
    before, table = held(), "李秀英\t住院\n最后一行的人 末尾标记"
    page = said(desk("street").post(address, {"table": table, "step": "sure", "act": "apply", **more}))
    assert "内容太长" in page and "末尾标记" in page
    assert held() == before


@pytest.mark.parametrize("door", ["work", "units"])
def test_hidden_sheets_are_named(door: str) -> None:
    _module, address, more = DOORS[door]
    book, out = Workbook(), BytesIO()
    book.active.append(["编码", "名称"])
    book.create_sheet("上周的").append(["编码", "名称"])
    book["上周的"].sheet_state = "hidden"
    book.save(out)
    file = SimpleUploadedFile("表.xlsx", out.getvalue())
    assert "隐藏的工作表没有读：上周的" in said(desk("street").post(address, {"file": file, **more}))
