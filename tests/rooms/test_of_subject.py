"""The declared duties of a person, a household, a unit and an area, on the page of each."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bulou.command.work import of_subject, reads
from bulou.command.work.reads import Asked
from bulou.command.worklist.models import Owner
from bulou.ledger.areas import span
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.vocabulary import Subject
from bulou.oversight.directives import PROGRAMME as DIRECTIVES
from bulou.places import units
from bulou.places.units import Unit
from bulou.relief.requests import PROGRAMME as REQUESTS
from bulou.ui.room import unit_kinds, works
from tests import cast, transfer
from tests import desk_street as street
from tests.builders import Pen
from tests.transfer import HE, LI, MEI, bring, desk, said

pytestmark = pytest.mark.usefixtures("db")
STREET = (span(cast.STREET),)
HOME = cast.HOUSEHOLDS[0]


@pytest.fixture
def browser() -> Client:
    transfer.settle()
    return desk()


def section(page: str) -> list[str]:
    """Return the rows of the section, without their marks."""
    at = page.find('aria-label="各项应办"')
    body = page[at : page.index("</table>", at)] if at >= 0 else ""
    return [
        " ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in re.findall(r"<tr data-key.*?</tr>", body, re.DOTALL)
    ]


def closed(page: str) -> str:
    found = re.search(r"<details[^>]*><summary[^>]*><h2>已办结的应办.*?</details>", page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""


def ask(need: str, at: float, occasion: int = 0, household: int = HOME.id, area: int = HOME.area) -> None:
    pen = Pen(cast.DESK, area, next=200 + int(at))
    street.post(pen.write(
        "request.opened", at, campaign=REQUESTS.id, subjects=[household], occasion=occasion, need=need, what="x",
        asker="x", channel="telephone",
    ))  # fmt: skip


def test_a_person_with_kind_stage_limit_owner_and_the_next_act(browser: Client) -> None:
    transfer.needs(LI)
    with scoped(EVERYWHERE):
        Owner.objects.create(area=cast.UPPER, name="梅主任", telephone="13800000009")
    page = said(browser.get(f"/people/{LI}"))
    (row,) = section(page)
    assert row.startswith("应转 优先 待告知") and "超时" in row and "转运专班" in row
    assert "梅主任 13800000009" in row and row.endswith("告知结果"), row
    assert f'href="/work/disposition/{cast.ROUND}/{LI}/0"' in page
    assert '<button type="submit" class="btn btn-sm" name="act" value="told">' in page


def test_the_act_leads_on_from_there(browser: Client) -> None:
    page = said(browser.get(f"/people/{LI}"))
    form = page[page.index('action="/work/disposition/act"') :]
    row = re.search(r'name="row" value="([^"]+)"', form)
    assert row
    answer = browser.post("/work/disposition/act", {"row": row[1], "act": "told", "from": "sheet"})
    assert answer.status_code == 200 and "f_by" in said(answer)


def test_who_may_not_act_reads_what_comes_next(browser: Client) -> None:
    page = said(desk("epidemiologist").get(f"/people/{LI}"))
    (row,) = section(page)
    assert row.endswith("告知结果") and 'value="told"' not in page


def test_a_secret_kind_is_for_those_who_may_know(browser: Client) -> None:
    transfer.needs(LI)
    bring(browser, MEI, "admitted")
    inspector = desk("inspector")
    for person in (LI, MEI):
        page = said(inspector.get(f"/people/{person}"))
        assert "应转" not in page and "work/disposition/" not in page and "目前没有未完成的事项。" in page


def test_what_is_closed_is_folded(browser: Client) -> None:
    bring(browser, MEI, "admitted")
    page = said(browser.get(f"/people/{MEI}"))
    assert not any("应转" in row for row in section(page)), "its stay is open, the transfer is over"
    assert "应转 已收治" in closed(page)
    assert page.count(">应转</a>") == 1, "and stands in one place alone"


def test_it_stands_in_the_section_alone(browser: Client) -> None:
    """Unless something can be taken back in the table beside and nowhere else."""
    assert said(browser.get(f"/people/{LI}")).count(">应转</a>") == 1
    transfer.do(browser, "refused", LI, f_reason="transport_refused", f_evidence="x")
    page = said(browser.get(f"/people/{LI}"))
    assert "拒绝或有异议 拒绝转运" in " ".join(section(page)) and page.count(">应转</a>") == 1
    assert "重新打开" in said(browser.get(transfer.sheet(LI))), "its sheet takes the word back"


def test_a_households_requests_the_gravest_first(browser: Client) -> None:
    needs = [need for need in works()["request"].duty.variants if need and need not in works()["request"].dangers]
    ask(needs[0], 61, 1)
    ask(works()["request"].dangers[0], 62, 2)
    page = said(desk("request").get(f"/people/households/{HOME.id}"))
    rows = section(page)
    assert len(rows) == 2 and "优先" in rows[0] and "优先" not in rows[1]
    assert all(row.startswith("应答") and "诉求专班" in row and row.endswith("受理") for row in rows)
    assert 'value="accepted"' in page
    other = said(desk("request", street.NEXT_STREET).get(f"/people/households/{HOME.id}"))
    assert "应答" not in other


def test_an_areas_directives(browser: Client) -> None:
    street.post(Pen(cast.DESK, cast.UPPER, next=300).write(
        "directive.opened", 30, campaign=DIRECTIVES.id, subjects=[cast.UPPER], source="meeting", what="x", owner="x",
        due=cast.minute(60).isoformat(),
    ))  # fmt: skip
    page = said(desk("street").get(f"/roster/tree/{cast.UPPER}"))
    (row,) = section(page)
    assert row.startswith("应办督办 待签收 超时") and row.endswith("签收")
    assert "应办督办" not in said(desk("street").get(f"/roster/tree/{cast.LOWER}")), "each area has its own"


def test_what_is_given_to_a_unit(browser: Client) -> None:
    with scoped(EVERYWHERE):
        (number,) = units.add(
            [Unit(0, unit_kinds()["facility"].code, cast.STREET, "国展方舟")], "x", cast.DAWN
        )  # fmt: skip
    street.post(Pen(cast.DESK, cast.NO_1, next=300).write(
        "duty.given", 70, duty="disposition", campaign=cast.ROUND, subjects=[LI], to_kind=int(Subject.UNIT), to=number,
    ))  # fmt: skip
    page = said(browser.get(f"/units/{number}"))
    at = page.index("应办和交办给它的事项")
    assert f"P{LI}" in page[at:] and "李建国" not in page, "by its code: the unit's page names nobody"
    assert "国展方舟" in page[at:]
    assert f"P{LI}" not in said(desk("inspector").get(f"/units/{number}")), "that somebody is positive is not for all"


def test_the_order_is_that_of_the_list(browser: Client) -> None:
    transfer.needs(HE)
    now = cast.minute(60 + 121.5)
    with scoped(STREET):
        listed, _ = reads.listed(works()["disposition"], STREET, Asked(), now)
        for row in listed:
            (own,) = [one for one in of_subject.of(Subject.PERSON, row.subject, STREET, now) if one.work is row.work]
            assert (own.grade, own.due, own.began, own.stage, own.stamp) == (
                row.grade, row.due, row.began, row.stage, row.stamp
            )  # fmt: skip


def test_as_many_statements_for_many_duties_as_for_one(browser: Client) -> None:
    counts = []
    other = desk("request")
    for n in range(1, 13):
        ask("medicine", 60 + n, n)
        if n in (1, 12):
            with CaptureQueriesContext(connection) as ran:
                other.get(f"/people/households/{HOME.id}")
            counts.append(len(ran))
    assert counts[0] == counts[1]


def test_in_english(browser: Client) -> None:
    bring(browser, MEI, "admitted")
    transfer.needs(LI)
    other = desk("street", language="en")
    for person in (LI, MEI):
        page = said(other.get(f"/people/{person}"))
        body = re.sub(
            r"(李建国|陈美华|张敏|梅溪\w*|\d号楼|公寓楼|国展方舟|第一轮核酸)|中文", "", page[page.index("<main") :]
        )
        at = body.index(">Duties<")
        body = body[at : body.index("</section>", at) if "</section>" in body[at:] else at + 2500]
        assert not re.search(r"[\u4e00-\u9fff]+", body), re.search(r".{40}[\u4e00-\u9fff]+.{40}", body)
