"""Regular treatments: recorded once, each journey owed ahead once, moved and cancelled days, what the evening shows."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import msgspec
import pytest
from django.test import Client

from bulou.ledger import clock
from bulou.ledger.models import Duty, Entry
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from bulou.relief.treatments import following
from tests import cast
from tests.transfer import HE, desk, said

pytestmark = pytest.mark.usefixtures("settled")
LIST, HOME = "/work/therapy", next(one.id for one in cast.HOUSEHOLDS if HE in one.persons)
#: Monday, 4 April 2022, six in the morning at Plum Creek: the clock of these tests stands still there.
MONDAY = cast.DAWN


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


def put(browser: Client, **filled: str | list[str]) -> str:
    form: dict[str, str | list[str]] = {
        "f_sort": "dialysis", "f_weekdays": ["mon", "wed", "fri"], "f_at": "07:30", "f_hospital": "区中心医院",
        "f_last_day": "2022-04-30", "f_ordered_by": "肾内科王医生", "f_helps": ["vehicle", "companion"],
    }  # fmt: skip
    return said(browser.post(f"{LIST}/new", {"subject": f"P{HE}", "step": "sure"} | form | filled, follow=True))


def act(browser: Client, name: str, **filled: str) -> str:
    with scoped(EVERYWHERE):
        occasion = Duty.objects.get(kind=36).occasion
    row = re.search(r'name="row" value="([^"]+)"', said(browser.get(f"{LIST}/1000036/{HE}/{occasion}")))
    assert row
    sent = {"act": name, "row": row[1], "step": "sure"} | {f"f_{key}": value for key, value in filled.items()}
    return said(browser.post(f"{LIST}/act", sent, follow=True))


def asked(open_: bool = True) -> dict[str, Duty]:
    """Return the requests by day and time, as the latest content has them."""
    latest: dict[int, tuple[str, Duty]] = {}
    with scoped(EVERYWHERE):
        for entry in Entry.objects.filter(kind__in=("request.planned", "request.replanned")).order_by("at", "number"):
            body = msgspec.json.decode(bytes(entry.raw))["body"]
            duty = Duty.objects.get(kind=31, subject=body["subjects"][0], occasion=body["occasion"])
            latest[duty.occasion] = (body["what"][5:16], duty)
    return {day: duty for day, duty in latest.values() if (duty.outcome == 0) == open_}


def days(open_: bool = True) -> set[str]:
    return {day[:5] for day in asked(open_)}


def test_each_journey_is_owed_three_days_ahead_and_once() -> None:
    put(desk("request"))
    assert following.follow(MONDAY) == 2 and following.follow(MONDAY) == 0, "done again it writes nothing"
    found = asked()
    assert {day[:5] for day in found} == {"04-04", "04-06"}
    one = next(duty for day, duty in found.items() if day.startswith("04-06"))
    assert (one.subject, one.stage, one.outcome, one.variant) == (HOME, 1, 0, 9)
    assert one.due_at == datetime.fromisoformat("2022-04-05T18:00:00+08:00"), "by the evening before"
    assert following.follow(MONDAY + timedelta(days=1)) == 1 and days() == {"04-04", "04-06", "04-08"}
    assert verify("owner") == []


def test_after_two_days_in_which_nobody_looked_nothing_is_missed() -> None:
    put(desk("request"))
    following.follow(MONDAY + timedelta(days=5))
    assert days() == {"04-04", "04-06", "04-08", "04-11"}, "also the days that passed: somebody must look"


def test_written_twice_by_two_processes_it_is_owed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    put(desk("request"))
    following.follow(MONDAY)
    monkeypatch.setattr(following.reads, "planned", lambda _now: [])
    following.follow(MONDAY)
    with scoped(EVERYWHERE):
        assert Duty.objects.filter(kind=31, outcome=0).count() == 2
    assert verify("owner") == []


def test_a_day_is_cancelled_moved_and_both_can_be_taken_back() -> None:
    browser = desk("request")
    put(browser)
    following.follow(MONDAY)
    assert "没有安排治疗" in act(browser, "day_cancelled", day="2022-04-05", reason="记错")
    act(browser, "day_cancelled", day="2022-04-06", reason="医院停机")
    following.follow(MONDAY)
    assert days() == {"04-04"}
    act(browser, "day_moved", day="2022-04-06", to_day="2022-04-07", to_at="13:00", reason="医院改期")
    following.follow(MONDAY)
    assert set(asked()) == {"04-04 周一 07", "04-07 周四 13"}
    act(browser, "day_moved", day="2022-04-07", to_day="2022-04-06", to_at="07:30", reason="又改回来")
    following.follow(MONDAY)
    assert days() == {"04-04", "04-06"} and following.follow(MONDAY) == 0
    assert "改到的日期已经过去" in act(browser, "day_moved", day="2022-04-06", to_day="2022-04-01", reason="错")
    assert verify("owner") == []


def test_changed_hours_reach_the_requests_and_the_end_calls_them_off() -> None:
    browser = desk("request")
    put(browser)
    following.follow(MONDAY)
    assert "请至少填写一项" in act(browser, "changed")
    act(browser, "changed", at="13:30")
    following.follow(MONDAY)
    assert set(asked()) == {"04-04 周一 13", "04-06 周三 13"}
    act(browser, "ended", reason="已肾移植")
    following.follow(MONDAY)
    assert days() == set() and following.follow(MONDAY) == 0


def test_a_calendar_that_is_over_ends_by_itself_and_keeps_what_was_not_shown_to_be_done() -> None:
    put(desk("request"), f_last_day="2022-04-06")
    following.follow(MONDAY)
    later = MONDAY + timedelta(days=3)
    assert following.follow(later) == 1
    with scoped(EVERYWHERE):
        assert Duty.objects.get(kind=36).outcome == 1
    assert days() == {"04-04", "04-06"}, "nobody has said that they were taken there"


def test_vehicle_and_companion_move_the_limit_and_the_evening_before_it_is_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    browser = desk("request")
    put(browser)
    following.follow(MONDAY)
    assert said(browser.get(LIST)).count("还没有") >= 2
    evening = MONDAY + timedelta(hours=37)
    monkeypatch.setattr(clock, "now", lambda: evening)
    assert f"/work/request/1000031/{HOME}/" in said(browser.get("/now"))
    monkeypatch.setattr(clock, "now", lambda: MONDAY + timedelta(minutes=1))
    rows = re.findall(r'name="row" value="([^"]+)"', said(browser.get("/work/request?state=all")))
    sent = {"act": "arranged", "step": "sure", "f_transport": "family", "f_companion": "儿子何平"}
    for day, duty in asked().items():
        row = next(row for row in rows if f".{duty.occasion}." in row)
        sent |= {"row": row, "f_departs": f"2022-{day[:5]}T07:00"}
        assert "已登记" in said(browser.post("/work/request/act", sent, follow=True))
    assert "<strong>还没有</strong>" not in said(browser.get(LIST))
    monkeypatch.setattr(clock, "now", lambda: evening)
    wednesday = next(duty for day, duty in asked().items() if duty.due_at and duty.due_at > evening)
    assert f"/work/request/1000031/{HOME}/{wednesday.occasion}" not in said(browser.get("/now"))
    assert following.follow(evening) == 1, "Friday's journey, and nothing else"
    assert verify("owner") == []
