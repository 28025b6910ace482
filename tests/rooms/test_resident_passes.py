"""Passes on the resident's page: asked for, turned down, contested, decided by somebody else; what cannot be said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone

from bulou.config import settings
from bulou.ledger import clock
from bulou.ledger.models import Duty
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from tests import cast
from tests.resident_page import LI, ZHOU, hang, public, text
from tests.transfer import desk, said

pytestmark = pytest.mark.usefixtures("settled")
ASK = {"sort": "medical", "who": "李建国", "why": "市一医院透析"}


@pytest.fixture
def door(settled) -> Iterator[Client]:
    with public() as browser:
        yield browser


@contextmanager
def at_the_desk() -> Iterator[None]:
    """Serve the desk's pages for a while."""
    with override_settings(**{name: getattr(settings, name) for name in ("ROOT_URLCONF", "MIDDLEWARE", "TEMPLATES")}):
        yield


def passes() -> list[Duty]:
    with scoped(EVERYWHERE):
        return list(Duty.objects.filter(campaign=1_000_071).order_by("occasion"))


def decide(browser: Client, result: str, reason: str) -> str:
    (row,) = re.findall(r'name="row" value="([^"]+)"', said(browser.get("/work/pass")))
    sent = {"act": "decided", "row": row, "f_result": result, "f_reason": reason, "step": "form"}
    if result == "granted":
        ends = timezone.localtime(clock.now() + timedelta(hours=9))
        sent["f_ends"] = f"{ends:%Y-%m-%dT%H:%M}"
    return said(browser.post("/work/pass/act", sent, follow=True))


def test_a_household_asks_is_turned_down_objects_and_somebody_else_decides(door: Client) -> None:
    codes = hang(LI, ZHOU)
    answer = door.post(f"/h/{codes[LI]}/pass", ASK)
    assert answer.status_code == 303 and answer["Location"].endswith("done=permit")
    page = text(door.get(f"/h/{codes[LI]}"))
    assert "就医 · 待审批" in page and "前答复" in page and "李建国" not in page and "市一医院" not in page
    assert "本户没有通行证" in text(door.get(f"/h/{codes[ZHOU]}"))
    with at_the_desk():
        decide(desk("committee", cast.UPPER), "turned_down", "材料不全")
    page = text(door.get(f"/h/{codes[LI]}"))
    assert "材料不全" in page and "提出异议" in page
    (number,) = re.findall(r'name="permit" value="(\d+)"', page)
    assert door.post(f"/h/{codes[ZHOU]}/pass", {"permit": number, "why": "x"}).status_code == 422
    assert door.post(f"/h/{codes[LI]}/pass", {"permit": number, "why": " "}).status_code == 422
    assert door.post(f"/h/{codes[LI]}/pass", {"permit": number, "why": "预约单已交"}).status_code == 303
    assert door.post(f"/h/{codes[LI]}/pass", {"permit": number, "why": "再说一遍"}).status_code == 422
    with at_the_desk():
        assert "须由另一人复核" in decide(desk("committee", cast.UPPER), "granted", "再看")
        decide(desk("street"), "granted", "预约属实")
    page = text(door.get(f"/h/{codes[LI]}"))
    assert "预约属实" in page and "提出异议" not in page
    assert [difference.en for difference in verify("owner")] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"sort": ""}, {"sort": "gold"}, {"who": ""}, {"why": "x" * 301}, {"who": "110101199003078515"},
        {"starts": "x"}, {"starts": "2020-01-01T08:00"}, {"ends": "2020-01-01T08:00"},
    ],
)  # fmt: skip
def test_what_cannot_be_comes_back_with_what_was_written(door: Client, wrong: dict[str, str]) -> None:
    answer = door.post(f"/h/{hang(LI)[LI]}/pass", ASK | wrong)
    assert answer.status_code == 422 and 'role="alert"' in text(answer) and not passes()
    assert "why" in wrong or "市一医院透析" in text(answer)


def test_no_household_has_more_than_a_few_waiting(door: Client) -> None:
    code = hang(LI)[LI]
    statuses = [door.post(f"/h/{code}/pass", ASK).status_code for _ in range(6)]
    assert statuses == [303] * len(passes()) + [422] * (6 - len(passes())) and len(passes()) <= 5
