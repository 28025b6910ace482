"""Notices at the desk: written, approved by another, sent to exactly those named, read, corrected, doors visited."""

from __future__ import annotations

import re
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client

from bulou.ledger import clock
from bulou.ledger.models import Duty
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.notices import actions, audience
from bulou.notices.models import Delivery, Notice, Rumour
from bulou.notices.vocabulary import TELL
from tests import cast
from tests import desk_street as street
from tests.builders import Pen
from tests.resident_page import LI, ZHOU, hang, public, text
from tests.transfer import desk, said

pytestmark = pytest.mark.usefixtures("settled")
SWAB = f"{cast.ROUND}.1.not_yet"
WORDS = {
    "title_zh": "还没采样的请下楼", "title_en": "Please come down for your swab",
    "text_zh": "{place}：还有{due}，{count}人。", "text_en": "{place}: {due} for {count}.",
    "public_zh": "{place}的居民，还没采样的请下楼。", "public_en": "{place}: please come down for your swab.",
    "step": "save",
}  # fmt: skip


@pytest.fixture(autouse=True)
def noon():
    with patch.object(clock, "now", return_value=cast.minute(360)):
        yield


class Door:
    """The resident's page, served as its own process does for one request at a time."""

    def get(self, path: str) -> HttpResponse:
        with public() as browser:
            return browser.get(path)

    def post(self, path: str, given: dict[str, str]) -> HttpResponse:
        with public() as browser:
            return browser.post(path, given)


@pytest.fixture
def door() -> Door:
    return Door()


def write(area: int = cast.NO_1, channels: tuple[str, ...] = ("page",), **sent: object) -> int:
    """Have a committee write a notice; return its number."""
    whole = WORDS | {"area": str(area), "channel": [*channels]} | sent
    answer = desk("committee", cast.UPPER).post("/notices/new", whole)
    assert answer.status_code == 302, said(answer)
    return int(answer["Location"].rsplit("/", 1)[1])


def do(browser: Client, number: int, act: str, **sent: str) -> str:
    return said(browser.post(f"/notices/{number}/act", {"act": act} | sent, follow=True))


def send(number: int) -> str:
    do(desk("street"), number, "approve")
    return do(desk("committee", cast.UPPER), number, "send")


def deliveries(number: int) -> list[Delivery]:
    with scoped(EVERYWHERE):
        return list(Delivery.objects.filter(notice=number).order_by("household", "channel", "address"))


def one(number: int) -> Notice:
    with scoped(EVERYWHERE):
        return Notice.objects.get(pk=number)


def sample(*names: str) -> None:
    people = [cast.PERSONS[name].id for name in names]
    street.post(Pen(cast.LAO).sealed(10, cast.TUBES["T1"], *people, mode="pooled"))


def test_a_notice_goes_to_those_not_yet_sampled_as_they_are_when_it_is_sent() -> None:
    number = write(term=[SWAB])
    assert one(number).counted == 4
    sample("gui", "li")  # one lives alone; of the other's household two are left
    assert "已发出：3户" in send(number)
    held = {row.household: row for row in deliveries(number)}
    assert set(held) == {42, 43, 44} and held[42].people == 2 and held[42].met == [0]
    assert (one(number).counted, one(number).sent_to) == (4, 3)


def test_who_wrote_it_does_not_approve_it_nor_does_the_database_let_him() -> None:
    browser = desk("street")
    answer = browser.post("/notices/new", WORDS | {"area": str(cast.NO_1), "channel": ["page"]})
    number = int(answer["Location"].rsplit("/", 1)[1])
    assert "自己写的通告要由另一人批准" in do(browser, number, "approve")
    assert "不能批准" in do(desk("committee", cast.UPPER), number, "approve")
    assert "状态已变" in do(browser, number, "send") and not deliveries(number)
    with pytest.raises(IntegrityError), scoped(EVERYWHERE), transaction.atomic():
        Notice.objects.filter(pk=number).update(approved_by=one(number).by, approved_at=clock.now())


def test_a_draft_that_changed_is_approved_anew() -> None:
    number = write()
    read = one(number)
    desk("committee", cast.UPPER).post(
        f"/notices/{number}/edit", WORDS | {"area": str(cast.NO_1), "channel": ["page"], "title_zh": "另一个标题"}
    )
    with scoped(EVERYWHERE):
        Notice.objects.filter(pk=number).update(made_at=clock.now() + timedelta(minutes=1))
        with pytest.raises(actions.Refusal):
            actions.approve(read, "somebody", lambda *_: True, clock.now())
    assert one(number).title_zh == "另一个标题" and one(number).state == "draft"


def test_public_words_name_nobody_and_no_door() -> None:
    browser = desk("committee", cast.UPPER)
    for filled, expected in (
        ({"public_zh": "王桂芳请下楼"}, "居民姓名“王桂芳”"), ({"public_en": "Room 502 come down"}, "门牌“Room 502”"),
        ({"title_zh": "王 桂芳"}, "居民姓名“王桂芳”"), ({"text_zh": "{name}您好"}, "没有“{name}”这个变量"),
        ({"public_zh": ""}, "请填写“张贴和喊话（中文）”"), ({"text_en": "x" * 501}, "最多500字，现有501字"),
        ({"channel": []}, "至少选择一种"),
    ):  # fmt: skip
        sent = WORDS | {"area": str(cast.NO_1), "channel": ["page", "loud"]} | filled
        page = said(browser.post("/notices/new", sent))
        assert expected in page, (filled, page)
        assert "请下楼" in page or filled.get("public_zh") == ""  # what was typed is still there
    with scoped(EVERYWHERE):
        assert not Notice.objects.exists()


def test_a_household_reads_it_says_so_and_is_reached(door: Door) -> None:
    number = write(receipt="1", term=[SWAB])
    send(number)
    codes = hang(LI, ZHOU)
    page = text(door.get(f"/h/{codes[LI]}"))
    assert "1号楼：还有应检，3人。" in page and "我已知晓" in page
    assert "1号楼: swab due for 3." in re.sub("No. 1", "1号楼", text(door.get(f"/h/{codes[LI]}?lang=en")))
    assert "没有送到4户" in said(desk("street").get(f"/notices/{number}"))  # a sight is no receipt
    door.post(f"/h/{codes[LI]}/read", {"notice": str(number)})
    assert "没有送到3户" in said(desk("street").get(f"/notices/{number}"))
    row = next(row for row in deliveries(number) if row.household == LI)
    assert row.seen_at and row.confirmed_at


def test_another_households_notice_is_neither_shown_nor_confirmed(door: Door) -> None:
    number = write(term=[SWAB])
    sample("zhou", "hua")
    send(number)
    codes = hang(ZHOU)
    assert "还没采样的请下楼" not in text(door.get(f"/h/{codes[ZHOU]}"))
    door.post(f"/h/{codes[ZHOU]}/read", {"notice": str(number)})
    assert not any(row.confirmed_at for row in deliveries(number))


def test_doors_not_reached_are_visited_once_and_told_ones_are_reached(door: Door) -> None:
    number = write(term=[SWAB])
    send(number)
    text(door.get(f"/h/{hang(LI)[LI]}"))
    browser = desk("committee", cast.UPPER)
    assert "已安排上门：3户" in do(browser, number, "knock")
    assert "已安排上门：0户" in do(browser, number, "knock")
    with scoped(EVERYWHERE):
        owed = list(Duty.objects.filter(kind=TELL.code))
    assert {(row.subject, row.occasion, row.area) for row in owed} == {(n, number, cast.NO_1) for n in (41, 43, 44)}
    page = said(browser.get("/work/notice_visit"))
    token = re.search(rf'name="row" value="({owed[0].campaign}\.43\.{number}\.[^"]*)"', page)
    assert token, page
    browser.post("/work/notice_visit/act", {"act": "told", "row": token[1], "step": "save"}, follow=True)
    with scoped(EVERYWHERE):
        assert Duty.objects.get(kind=TELL.code, subject=43).outcome == 1
    assert "没有送到2户，其中2户已安排上门" in said(browser.get(f"/notices/{number}"))


def test_a_correction_ends_the_first_and_a_retraction_says_why(door: Door) -> None:
    first = write()
    send(first)
    code = hang(LI)[LI]
    answer = desk("committee", cast.UPPER).post(f"/notices/{first}/act", {"act": "correct"})
    second = int(re.findall(r"\d+", answer["Location"])[0])
    assert one(first).state == "sent"
    send(second)
    assert one(first).state == "corrected"
    page = text(door.get(f"/h/{code}"))
    assert "已更正，以新的通告为准" in page and "【更正】还没采样的请下楼" in page
    browser = desk("committee", cast.UPPER)
    assert "请填写撤回原因" in do(browser, second, "retract")
    assert "不能有姓名" in do(browser, second, "retract", why="王桂芳说错了")
    assert "已撤回" in do(browser, second, "retract", why="时间弄错了")
    page = text(door.get(f"/h/{code}"))
    assert "时间弄错了" in page and "，3人。" not in page
    assert "状态已变" in do(browser, second, "retract", why="再撤一次")


def test_nobody_left_is_said_and_nothing_is_sent() -> None:
    number = write(term=[f"{cast.ROUND}.1.done"])
    assert "现在没有一户符合发送范围" in send(number) and one(number).state == "approved"


def test_areas_of_others_are_neither_written_to_nor_seen() -> None:
    number = write()
    neighbour = desk("street", street.NEXT_STREET)
    assert neighbour.get(f"/notices/{number}").status_code == 404
    assert neighbour.post(f"/notices/{number}/act", {"act": "approve"}).status_code == 404
    assert desk("planner", cast.DISTRICT).get("/notices").status_code == 403
    with scoped(EVERYWHERE):
        with pytest.raises(actions.Refusal):
            actions.send(one(number), "x", lambda *_: False, clock.now())


def test_a_notice_from_above_is_seen_by_who_answers_for_the_household_and_not_changed_by_him() -> None:
    answer = desk("street").post("/notices/new", WORDS | {"area": str(cast.STREET), "channel": ["page"]})
    number = int(answer["Location"].rsplit("/", 1)[1])
    browser = desk("committee", cast.UPPER)
    assert browser.get(f"/notices/{number}").status_code == 404
    do(desk("command", cast.DISTRICT), number, "approve")
    assert "已发出：12户" in do(desk("street"), number, "send")
    assert "没有送到11户" in said(browser.get(f"/notices/{number}"))  # of its own neighbourhood alone
    assert "不能" in do(browser, number, "retract", why="不喜欢")
    assert one(number).state == "sent"


def test_poster_and_slips_are_drawn() -> None:
    number = write(channels=("page", "slip", "poster", "loud"))
    browser = desk("committee", cast.UPPER)
    assert browser.get(f"/notices/{number}/poster.pdf").status_code == 404  # nobody approved it yet
    send(number)
    for name in ("poster", "slips"):
        assert browser.get(f"/notices/{number}/{name}.pdf").content.startswith(b"%PDF")
    assert "1号楼的居民，还没采样的请下楼。" in said(browser.get(f"/notices/{number}"))


def test_a_rumour_is_answered_approved_by_another_and_read_at_home(door: Door) -> None:
    browser, code = desk("committee", cast.UPPER), hang(LI)[LI]

    def tell(who: Client, act: str, **sent: str) -> str:
        return said(who.post("/notices/rumours/act", {"act": act} | sent, follow=True))

    assert "没有传言" in said(browser.get("/notices/rumours"))
    assert "不能有姓名" in tell(browser, "record", area=str(cast.UPPER), said="王桂芳确诊了", heard_at="业主群")
    tell(browser, "record", area=str(cast.UPPER), said="明天要断水", heard_at="业主群")
    with scoped(EVERYWHERE):
        number = str(Rumour.objects.get().pk)
    tell(browser, "answer", id=number, answer_zh="明天供水正常。", answer_en="Water runs as usual.")
    assert "断水" not in text(door.get(f"/h/{code}"))
    assert "不能批准" in tell(browser, "approve", id=number)
    assert "已公布回应" in tell(desk("street"), "approve", id=number)
    assert "明天供水正常" in text(door.get(f"/h/{code}"))
    assert "Water runs as usual" in text(door.get(f"/h/{code}?lang=en"))
    tell(desk("street"), "drop", id=number)
    assert "明天供水正常" not in text(door.get(f"/h/{code}"))


def test_the_count_before_is_the_count_of_the_household_list() -> None:
    whole = WORDS | {"area": str(cast.STREET), "channel": ["page"], "step": "count"}
    page = said(desk("street").post("/notices/new", whole))
    assert "现有12户、23人" in page
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute("UPDATE places_person SET needs = 2 WHERE id = %s", [cast.PERSONS["he"].id])
    page = said(desk("street").post("/notices/new", whole | {"need": ["dialysis"]}))
    assert "现有1户、1人" in page
    assert audience.told({"needs": 2}, {}) == ["透析"]
