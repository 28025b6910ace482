"""The households with something open, one row each: the order, the figures, who may know what, the file, the pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from bulou.command.households import reads
from bulou.command.households.reads import After, Home
from bulou.ledger import clock
from bulou.ledger.areas import span
from bulou.ledger.scope import EVERYWHERE, scoped
from tests import cast, transfer
from tests import desk_street as street
from tests.transfer import desk, said

pytestmark = pytest.mark.usefixtures("settled")
RANGES = (span(cast.STREET),)
LATER = cast.minute(300)


def home_of(person: str) -> int:
    return next(home.id for home in cast.HOUSEHOLDS if cast.PERSONS[person].id in home.persons)


def asked(household: int, need: str) -> str:
    """Record a request by its form."""
    sent = {
        "subject": f"H{household}", "step": "sure", "f_need": need, "f_what": "胰岛素两支", "f_asker": "李",
        "f_channel": "telephone",
    }  # fmt: skip
    return said(desk("street").post("/work/request/new", sent, follow=True))


def listed(
    show: str = "", knows: bool = True, now: datetime = LATER, after: After | None = None, limit: int = reads.PAGE
) -> tuple[Mapping[str, int], list[Home], After | None]:
    with scoped(EVERYWHERE):
        return reads.listed(RANGES, 0, show, knows, now, after, limit)


def test_each_household_with_something_open_has_one_row_and_the_worst_stands_first() -> None:
    transfer.positive(transfer.LI)
    transfer.needs(transfer.LIN)
    figures, homes, more = listed()
    assert more is None and len({home.id for home in homes}) == len(homes) == figures["n"] > 3
    assert homes[0].id == home_of("li") and homes[0].grade == 0 and homes[0].positive == 1
    assert homes[1].id == home_of("lin") and homes[1].grade == 3 and homes[1].dialysis == 1
    assert {home.grade for home in homes[2:]} == {5} and figures["dialysis"] == figures["urgent"] == 1
    assert [home.id for home in homes] == [
        home.id for home in sorted(homes, key=lambda home: (home.grade, home.since, home.id))
    ]


def test_who_may_not_know_of_positives_sees_it_neither_in_the_order_nor_in_the_figures() -> None:
    before = listed(knows=False)[0]
    transfer.positive(transfer.LI)
    figures, homes, _more = listed(knows=False)
    own = next((home for home in homes if home.id == home_of("li")), None)
    assert figures["urgent"] == before["urgent"] == 0 and (own is None or (own.positive, own.grade) == (0, 5))


def test_a_danger_comes_before_a_late_request_and_that_before_one_in_time() -> None:
    asked(home_of("mei"), "food")
    asked(home_of("he"), "emergency")
    figures, homes, _more = listed("asked")
    assert [home.id for home in homes] == [home_of("he"), home_of("mei")] and homes[0].danger == 1
    assert figures["asked"] == 2 and [(home.grade, home.asked, home.late) for home in homes] == [(0, 1, 0), (2, 1, 0)]
    figures, homes, _more = listed("late", now=clock.now() + timedelta(hours=2))
    assert [(home.id, home.grade, home.late) for home in homes] == [(home_of("he"), 0, 1), (home_of("mei"), 1, 1)]


def test_pages_follow_each_other_without_a_gap_or_a_repetition() -> None:
    _figures, whole, _more = listed()
    seen, after = [], None
    for _page in whole:
        _figures, homes, after = listed(after=After.read(after.text) if after else None, limit=2)
        seen += [home.id for home in homes]
        if after is None:
            break
    assert seen == [home.id for home in whole] and len(whole) > 2


@pytest.mark.parametrize("text", ["", "x", "1.2", "0.99999999999999999999999.1", "1.1.-1", "1.1.9007199254740993"])
def test_a_wrong_place_to_go_on_from_is_the_first_page(text: str) -> None:
    assert After.read(text) is None


def test_days_since_the_last_parcel_are_whole_days_and_none_where_none_came() -> None:
    homes = listed()[1]
    assert all(home.parcel_days(LATER) is None for home in homes)
    came = replace(homes[0], handed_out=LATER - timedelta(hours=49))
    assert came.parcel_days(LATER) == 2


def test_the_page_says_why_each_stands_where_it_does_and_leads_to_the_household_and_to_a_request() -> None:
    transfer.positive(transfer.LI)
    page = said(desk("street").get("/households"))
    first = re.findall(r"<tr[^>]*class=\"is-missed\".*?</tr>", page, re.S)[0]
    assert "阳性人员待转" in first and f"/people/households/{home_of('li')}" in first
    assert f"/work/request/new?subject=H{home_of('li')}" in first and "阳性待转" in page and "None" not in page
    assert said(desk("street", language="en").get("/households")).count("Positive waiting") >= 1
    assert "没有符合条件的住户。" in said(desk("street").get("/households?show=parcels"))


def test_the_file_has_the_rows_of_the_page_and_no_name() -> None:
    answer = desk("street").get("/households?as=xlsx")
    rows = list(load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert len(rows) - 1 == listed()[0]["n"]
    assert not {person.zh for person in cast.PERSONS.values()} & {cell for row in rows for cell in row}


def test_another_street_is_not_in_sight() -> None:
    own = {home.id for home in listed()[1]}
    page = said(desk("street", area=street.NEXT_STREET).get("/households"))
    shown = {int(number) for number in re.findall(r"/people/households/(\d+)", page)}
    assert shown == {99} and not shown & own


def test_where_too_many_are_not_tested_a_household_is_not_listed_for_that_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    transfer.needs(transfer.LIN)
    _figures, whole, _more = listed("dialysis")
    monkeypatch.setattr(reads, "WIDE", 0)
    figures, homes, _more = listed()
    assert figures["wide"] == 1 and [home.id for home in homes] == [home_of("lin")]
    assert homes[0].untested == whole[0].untested > 0
    assert "请选到居委会或小区" in said(desk("street").get("/households"))
