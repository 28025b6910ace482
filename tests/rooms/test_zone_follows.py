"""What follows from a published list: supplies of areas that it closes, passes of those it frees, the notice."""

from __future__ import annotations

import re
from datetime import timedelta

import msgspec
import pytest
from django.test import Client
from django.utils import timezone

from bulou.ledger import clock
from bulou.ledger.models import Duty, Entry
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from bulou.zones import reads
from tests import cast
from tests import desk_street as street
from tests.rooms.test_zones import act
from tests.transfer import LI, desk, positive, said

pytestmark = pytest.mark.usefixtures("settled")
LIST = f"/zones/lists/{cast.STREET}"
HOME = cast.HOUSEHOLDS[0]


def publish(browser: Client, **texts: str) -> str:
    """Publish the street's list as it stands; return the page of what was published."""
    page = said(browser.get(LIST))
    (digest,) = re.findall(r'name="digest" value="(\w+)"', page)
    return said(browser.post(LIST, {"digest": digest, **texts}, follow=True))


def follow(browser: Client, page: str, button: str) -> str:
    (n,) = {*re.findall(r'name="n" value="([\d.]+)"', page)}
    return said(browser.post(LIST, {"n": n, "follow": button}, follow=True))


def buttons(page: str) -> list[str]:
    return re.findall(r'name="follow" value="([^"]+)"', page)


def supplies() -> dict[int, int]:
    with scoped(EVERYWHERE):
        return dict(Duty.objects.filter(campaign=1_000_034).exclude(outcome=3).values_list("subject", "outcome"))


def granted(browser: Client) -> None:
    """Ask for a pass of a household of No. 1 and grant it."""
    browser.post("/work/pass/new", {
        "subject": f"H{HOME.id}", "step": "sure", "f_sort": "medical", "f_who": "王桂芳", "f_why": "市一医院",
    })  # fmt: skip
    (row,) = re.findall(r'name="row" value="([^"]+)"', said(browser.get("/work/pass")))
    ends = timezone.localtime(clock.now() + timedelta(hours=9))
    sent = {"act": "decided", "row": row, "f_result": "granted", "f_reason": "预约", "f_ends": f"{ends:%Y-%m-%dT%H:%M}"}
    answer = browser.post("/work/pass/act", {**sent, "step": "form"})
    assert answer.status_code == 302, said(answer)


def test_a_draft_says_what_will_follow_and_nothing_is_owed_yet() -> None:
    browser = desk("street")
    act(browser, "set", cast.ESTATE, level="lockdown", reason="x")
    page = said(browser.get(LIST))
    assert "户待保供" in page and "公布时自动登记" in page and not supplies() and not buttons(page)
    assert "没有新封闭或解封的区域" in said(
        desk("street", street.NEXT_STREET).get(f"/zones/lists/{street.NEXT_STREET}")
    )


def test_each_area_that_a_list_closes_owes_a_supply_with_the_number_of_its_households() -> None:
    browser = desk("street")
    act(browser, "set", cast.ESTATE, level="lockdown", reason="x")
    page = publish(browser)
    homes = sum(one.area in (cast.NO_1, cast.NO_2) for one in cast.HOUSEHOLDS)
    assert f"新封闭区域 {homes} 户待保供" in page and "已登记 1 个区域" in page
    assert supplies() == {cast.ESTATE: 0}
    with scoped(EVERYWHERE):
        body = msgspec.json.decode(bytes(Entry.objects.get(kind="supply.opened").raw))["body"]
        due = Duty.objects.get(campaign=1_000_034).due_at
    assert body["households"] == homes and due and due > clock.now()
    assert "梅溪新村" in said(browser.get("/work/area_supply"))
    act(browser, "set", cast.ESTATE, level="control", reason="y")
    assert "没有新封闭或解封的区域" in publish(browser)
    assert list(supplies()) == [cast.ESTATE]


def test_what_was_posted_is_taken_back_and_posted_again() -> None:
    browser = desk("street")
    act(browser, "set", cast.ESTATE, level="lockdown", reason="x")
    page = publish(browser)
    (undo,) = buttons(page)
    page = follow(browser, page, undo)
    assert "已撤销：1 条" in page and "还有 1 个区域没有登记" in page
    page = follow(browser, page, "area_supply:do")
    assert "已登记：1 条" in page and "已登记 1 个区域" in page
    assert "已经办完" in follow(browser, page, "area_supply:do")
    assert [difference.en for difference in verify("owner")] == []


def test_passes_of_a_freed_area_are_ended_together_and_given_back() -> None:
    browser = desk("street")
    act(browser, "set", cast.ESTATE, level="lockdown", reason="x")
    publish(browser)
    granted(browser)
    act(browser, "set", cast.ESTATE, level="lifted", reason="全阴", review="")
    assert "解封区域 1 张通行证不再需要" in said(browser.get(LIST))
    page = publish(browser)
    assert "待结束" in page and "pass:do" in buttons(page)
    page = follow(browser, page, "pass:do")
    assert "已登记：1 条" in page and "已结束" in page
    with scoped(EVERYWHERE):
        body = msgspec.json.decode(bytes(Entry.objects.get(kind="pass.revoked").raw))["body"]
    assert body["how"] == "ended"
    (undo,) = (one for one in buttons(page) if one.startswith("pass:"))
    assert "待结束" in follow(browser, page, undo)


def test_the_notice_is_kept_as_it_was_put_right_and_printed() -> None:
    browser = desk("street")
    act(browser, "set", cast.ESTATE, level="lockdown", reason="x")
    draft = said(browser.get(LIST))
    assert "关于封控区、管控区、防范区划分的通告" in draft and "足不出户" in draft and "Notice of" in draft
    page = publish(browser, notice_zh="改过的通告", notice_en="As put right")
    assert "改过的通告" in page and "As put right" in page and "最近一次公布" in page
    (n,) = {*re.findall(r'name="n" value="([\d.]+)"', page)}
    assert browser.get(f"{LIST}?n={n}&as=notice").content.startswith(b"%PDF")
    act(browser, "set", cast.ESTATE, level="control", reason="y")
    page = said(browser.get(LIST))
    (digest,) = re.findall(r'name="digest" value="(\w+)"', page)
    sent = {"digest": digest, "notice_zh": "长" * 20_001}
    assert "通告最多20000个字" in said(browser.post(LIST, sent, follow=True))


def test_what_follows_is_done_on_the_latest_list_alone_and_by_whoever_may() -> None:
    browser = desk("street")
    act(browser, "set", cast.ESTATE, level="lockdown", reason="x")
    page = publish(browser)
    assert "请在最新的名单上办理" in said(browser.post(LIST, {"n": "1.1", "follow": "area_supply:do"}, follow=True))
    assert "没有这个操作" in follow(browser, page, "nothing:do")
    other = desk("inspector")
    (n,) = {*re.findall(r'name="n" value="([\d.]+)"', page)}
    page = said(other.post(LIST, {"n": n, "follow": "area_supply:do"}, follow=True))
    assert "不能公布名单" in page and not [one for one in buttons(page) if not one.endswith(":do")]


def test_positives_inside_and_outside_the_closed_loop_are_counted_apart() -> None:
    positive(LI, minute=60)
    page = said(desk("street").get("/zones"))
    assert re.search(r"近14天</th>(<td[^>]*>.*?</td>){2}", page) and "社会面" in page
    with scoped(EVERYWHERE):
        (found,) = reads.found_in_and_out([cast.STREET], cast.minute(120))[-1:]
    assert (found.inside, found.outside) == (0, 1)


def test_the_map_shows_how_each_part_is_held_and_leads_to_it() -> None:
    browser = desk("street")
    act(browser, "set", cast.ESTATE, level="lockdown", reason="x")
    page = said(browser.get(f"/zones/map?area={cast.UPPER}"))
    assert "梅溪新村" in page and "封控区" in page and f'href="/zones/{cast.ESTATE}"' in page
    page = said(browser.get("/zones/map"))
    assert re.search(r'梅溪一居委.*?<td class="n">\s*(<[^>]+>)?1', page, re.DOTALL)
    assert "竹溪" not in page and browser.get(f"/zones/map?area={street.NEXT_STREET}").status_code == 200
