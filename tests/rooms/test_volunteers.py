"""Volunteers sign up by a poster, are confirmed at the desk, and see to their own record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.test import Client
from django.test.utils import override_settings

from bulou.config import settings as desk_settings
from bulou.forces.matters.kind import CALL_UP
from bulou.forces.matters.models import Matter
from bulou.forces.models import Asked, CallUp, Member, MemberChange, Shift
from bulou.ledger import clock
from bulou.ledger.models import Duty
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.vocabulary import Outcome
from bulou.residents.volunteers.models import Application, Key, Look, Poster
from tests import cast
from tests.resident_page import public, text
from tests.transfer import desk, said

pytestmark = pytest.mark.usefixtures("settled")
SAID = {"name": "林小雨", "telephone": "13900005678", "skill": ["sampling", "door"], "shift": ["morning"], "sure": "1"}


@pytest.fixture
def door(settled) -> Iterator[Client]:
    with patch.object(clock, "now", return_value=cast.minute(60)), public() as browser:
        yield browser


def at_desk():
    names = ("ROOT_URLCONF", "MIDDLEWARE", "TEMPLATES")
    return override_settings(**{name: getattr(desk_settings, name) for name in names})


def codes(page: str) -> list[str]:
    return [one.replace("-", "") for one in re.findall(r"\b([0-9A-Z]{5}-[0-9A-Z]{5})\b", page)]


def poster(area: int = cast.STREET) -> str:
    with at_desk():
        return codes(said(desk("street").post("/volunteers/posters", {"area": str(area), "act": "make"})))[0]


def sign_up(door: Client, **more: object) -> str:
    return codes(text(door.post(f"/h/v/{poster()}", SAID | more)))[0]


def prove(door: Client, code: str, tail: str = "5678") -> str:
    return text(door.post(f"/h/own/{code}/prove", {"tail": tail}, follow=True))


def confirmed(door: Client) -> tuple[str, Member]:
    code = sign_up(door)
    with scoped(EVERYWHERE):
        one = Application.objects.get()
    with at_desk():
        sent = {"act": "confirm", "skill": ["door"]}
        assert "已接收“林小雨”" in said(desk("street").post(f"/volunteers/{one.pk}/act", sent, follow=True))
    with scoped(EVERYWHERE):
        return code, Member.objects.get()


def test_from_the_poster_to_the_record(door: Client) -> None:
    code = sign_up(door)
    closed = text(door.get(f"/h/own/{code}"))
    assert "林小雨" not in closed and "后四位" in closed
    assert "不一致" in prove(door, code, "0000")
    shown = prove(door, code)
    assert "林小雨" in shown and "等居委会核对" in shown
    with at_desk():
        page = said(desk("street").get("/volunteers"))
        assert "林小雨" in page and "核酸采样" in page
    with scoped(EVERYWHERE):
        one = Application.objects.get()
        assert (one.area, one.skills, one.shifts) == (cast.STREET, ["sampling", "door"], ["morning"])
        assert Look.objects.filter(application=one).count() == 1
    with at_desk():
        assert "至少确认一项" in said(desk("street").post(f"/volunteers/{one.pk}/act", {"act": "confirm"}, follow=True))
        desk("street").post(f"/volunteers/{one.pk}/act", {"act": "confirm", "skill": ["door"]})
        again = {"act": "confirm", "skill": ["door"]}
        assert "已变化" in said(desk("street").post(f"/volunteers/{one.pk}/act", again, follow=True))
    with scoped(EVERYWHERE):
        member = Member.objects.get()
    assert (member.cadre, [*member.skills], member.area) == ("volunteer", ["door"], cast.STREET)
    assert "今天的签到码" in prove(door, code)


def test_what_cannot_be_comes_back_with_what_was_typed(door: Client) -> None:
    code = poster()
    for wrong, expected in (
        ({"name": ""}, "请填写姓名"), ({"telephone": "12"}, "5至15位数字"), ({"skill": []}, "至少选一项"),
        ({"sure": ""}, "勾选同意"), ({"since": "x"}, "须是日期"), ({"note": "310104199001011234"}, "身份证"),
        ({"since": "2022-05-02", "until": "2022-05-01"}, "不能早于"),
    ):  # fmt: skip
        answer = door.post(f"/h/v/{code}", SAID | wrong)
        assert answer.status_code == 422 and expected in text(answer), wrong
        assert 'value="morning" checked' in text(answer)
    with scoped(EVERYWHERE):
        assert not Application.objects.exists()


def test_unknown_ended_and_other_codes_open_nothing(door: Client) -> None:
    old = poster()
    new = poster()
    code = sign_up(door)
    nothing = [door.get(f"/h/v/{one}") for one in (old, "ZZZZZZZZZZ", "x", code)]
    nothing += [door.get(f"/h/own/{one}") for one in (new, "ZZZZZZZZZZ")]
    assert {one.status_code for one in nothing} == {404} and len({text(one) for one in nothing[:2]}) <= 2
    with scoped(EVERYWHERE):
        assert Poster.objects.filter(ended_at=None).count() == 1
        assert all(len(bytes(one.digest)) == 32 for one in Key.objects.all())


def test_tries_are_limited(door: Client) -> None:
    code = sign_up(door)
    for _ in range(5):
        prove(door, code, "0000")
    assert "试的次数太多" in prove(door, code)
    for n in range(30):
        door.get(f"/h/own/{n:010d}")
    assert door.get(f"/h/own/{code}").status_code == 429


def test_a_call_up_is_answered_by_the_person(door: Client) -> None:
    code, member = confirmed(door)
    now = cast.minute(60)
    with scoped(EVERYWHERE):
        call = CallUp.objects.create(area=cast.STREET, place="文化中心", at=now + timedelta(hours=3), skill="door",
                                     wanted=1, circle=2, by="x", made_at=now)  # fmt: skip
        other = CallUp.objects.create(area=cast.STREET, place="别处", at=now + timedelta(hours=3), skill="",
                                      wanted=1, circle=2, by="x", made_at=now)  # fmt: skip
        Asked.objects.create(call_up=call, member=member, area=member.area, circle=2, asked_at=now)
    door.post(f"/h/own/{code}/answer", {"call_up": call.pk, "said": "accepted"})
    with scoped(EVERYWHERE):
        assert Asked.objects.get().answer == ""  # without the second fact nothing is taken
    page = prove(door, code)
    assert "文化中心" in page and "请答复" in page and "别处" not in page
    said_ = text(door.post(f"/h/own/{code}/answer", {"call_up": call.pk, "said": "accepted"}, follow=True))
    assert "已答复：能到" in said_
    assert "没有这次集结" in text(door.post(f"/h/own/{code}/answer", {"call_up": other.pk, "said": "accepted"}))
    with scoped(EVERYWHERE):
        assert (Asked.objects.get().answer, Asked.objects.get().answered_by) == ("accepted", "本人")
    with at_desk():
        assert "本人答复" in said(desk("street").get(f"/forces/call-ups/{call.pk}"))
    door.post(f"/h/own/{code}/answer", {"call_up": call.pk, "said": "refused"})
    with scoped(EVERYWHERE):
        assert Asked.objects.get().answer == "refused"


def test_own_data_is_corrected_and_kept_with_who_did_it(door: Client) -> None:
    code, _member = confirmed(door)
    prove(door, code)
    sent = {"telephone": "13900009999", "shift": ["night"], "note": "有车"}
    assert "已改好" in text(door.post(f"/h/own/{code}/correct", sent, follow=True))
    assert "5至15位" in text(door.post(f"/h/own/{code}/correct", sent | {"telephone": "1"}))
    with scoped(EVERYWHERE):
        now = Member.objects.get()
        assert (now.telephone, now.shifts, now.note) == ("13900009999", ["night"], "有车")
        assert MemberChange.objects.order_by("-id")[0].by == "本人"


def test_a_renewed_key_ends_the_one_before(door: Client) -> None:
    code = sign_up(door)
    prove(door, code)
    new = codes(text(door.post(f"/h/own/{code}/renew")))[0]
    assert door.get(f"/h/own/{code}").status_code == 404
    assert "林小雨" in prove(door, new)


def test_who_withdraws_frees_his_shifts_and_his_key_ends(door: Client) -> None:
    code, member = confirmed(door)
    now = cast.minute(60)
    with scoped(EVERYWHERE):
        at = now + timedelta(days=2)
        Shift.objects.create(
            member=member, area=cast.STREET, day=at.date(), shift="morning", skill="door", starts=at,
            ends=at + timedelta(hours=8), state="published", source="hand", by="x", made_at=now,
        )  # fmt: skip
    prove(door, code)
    assert "请先勾选" in text(door.post(f"/h/own/{code}/withdraw", {}))
    assert "1个班次已取消" in text(door.post(f"/h/own/{code}/withdraw", {"sure": "1", "reason": "返岗"}))
    assert door.get(f"/h/own/{code}").status_code == 404
    with scoped(EVERYWHERE):
        assert Member.objects.get().ended_at == now and Shift.objects.get().cancelled_at == now


def test_a_street_sees_and_decides_its_own_alone(door: Client) -> None:
    sign_up(door)
    with scoped(EVERYWHERE):
        one = Application.objects.get()
    with at_desk():
        other = desk("committee", cast.UPPER)
        assert other.get(f"/volunteers/{one.pk}").status_code == 404
        assert other.post(f"/volunteers/{one.pk}/act", {"act": "confirm", "skill": "door"}).status_code == 404


def test_the_desk_gives_a_new_key_and_refuses_with_a_reason(door: Client) -> None:
    code, member = confirmed(door)
    with at_desk():
        new = codes(said(desk("street").post("/volunteers/key", {"member": member.pk})))[0]
    assert door.get(f"/h/own/{code}").status_code == 404 and "今天的签到码" in prove(door, new)
    sign_up(door, name="王大力")
    with scoped(EVERYWHERE):
        one = Application.objects.get(name="王大力")
    with at_desk():
        browser, url = desk("street"), f"/volunteers/{one.pk}/act"
        assert "请填写原因" in said(browser.post(url, {"act": "refuse"}, follow=True))
        assert "不接收" in said(browser.post(url, {"act": "refuse", "reason": "年龄不够"}, follow=True))
        assert "待核对" in said(browser.post(url, {"act": "again"}, follow=True))


def test_a_call_up_stands_in_the_ledger_until_it_is_filled_and_ended(door: Client) -> None:
    code, _member = confirmed(door)
    at = (cast.minute(60) + timedelta(hours=9)).strftime("%Y-%m-%dT%H:%M")
    with at_desk():
        browser = desk("street")
        sent = {"area": cast.STREET, "place": "文化中心", "at": at, "skill": "door", "wanted": 1, "step": "save"}
        assert "列出1人" in said(browser.post("/forces/call-ups/new", sent, follow=True))
    with scoped(EVERYWHERE):
        call = CallUp.objects.get()
        matter = Matter.objects.get()
        (duty,) = Duty.objects.filter(kind=CALL_UP.code)
        assert (duty.stage, duty.occasion, duty.subject) == (0, matter.occasion, cast.STREET)
    prove(door, code)
    door.post(f"/h/own/{code}/answer", {"call_up": call.pk, "said": "accepted"})
    with scoped(EVERYWHERE):
        assert Duty.objects.get(kind=CALL_UP.code).stage == 1
    door.post(f"/h/own/{code}/answer", {"call_up": call.pk, "said": "refused"})
    with scoped(EVERYWHERE):
        assert Duty.objects.get(kind=CALL_UP.code).stage == 0
    with at_desk(), patch.object(clock, "now", return_value=cast.minute(60) + timedelta(hours=1)):
        browser = desk("street")
        now = said(browser.get("/now"))
        assert f"/forces/call-ups/of/1000101/{cast.STREET}/{matter.occasion}" in now
        page = said(browser.get(f"/forces/call-ups/of/1000101/{cast.STREET}/{matter.occasion}", follow=True))
        assert "文化中心" in page
        assert browser.get(f"/forces/call-ups/of/1000101/{cast.STREET}/5").status_code == 404
        assert "没有别的人可以通知" in said(
            browser.post(f"/forces/call-ups/{call.pk}/act", {"act": "more"}, follow=True)
        )
        browser.post(f"/forces/call-ups/{call.pk}/act", {"act": "close", "why": "不需要了"})
    with scoped(EVERYWHERE):
        duty = Duty.objects.get(kind=CALL_UP.code)
        assert duty.outcome == Outcome.DONE
