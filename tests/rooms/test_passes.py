"""A pass at the desk: asked for, decided with reason and time, revoked, contested and seen by somebody else."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.test import Client
from django.utils import timezone

from bulou.ledger import clock
from bulou.ledger.models import Duty, Standing
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from bulou.places.models import LookUp
from bulou.zones.passes import code, printing, reads
from bulou.zones.passes.key import PURPOSE, PassKey, pass_key
from bulou.zones.passes.vocabulary import PASS, PROGRAMME
from tests import cast
from tests import desk_street as street
from tests.transfer import desk, said

pytestmark = pytest.mark.usefixtures("settled", "signing")
HE_HOME, LI_HOME = 47, 42
ASKED = {"f_sort": "medical", "f_who": "何永康", "f_why": "明天上午透析，市六医院"}


@pytest.fixture
def signing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A data folder of the test's own, in which the key for passes is made."""
    monkeypatch.setenv("BULOU_DATA", str(tmp_path))
    yield


def ask(browser: Client, household: int = HE_HOME, **filled: str) -> None:
    page = said(browser.post(
        "/work/pass/new", {"subject": f"H{household}", "step": "sure", **(ASKED | filled)}, follow=True
    ))  # fmt: skip
    assert "已登记“申请通行证”" in page, page


def at(hours: float) -> str:
    return timezone.localtime(clock.now() + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


def act(browser: Client, name: str, **filled: str) -> str:
    (one,) = passes()
    page = said(browser.get(f"/work/pass/{PROGRAMME.id}/{one.household}/{one.occasion}"))
    row = re.search(r'name="row" value="([\d.]+\.\w+)"', page)
    assert row, page
    sent = {"act": name, "row": row[1], "step": "sure", "from": "sheet", **filled}
    return said(browser.post("/work/pass/act", sent, follow=True))


def grant(browser: Client, **filled: str) -> str:
    return act(browser, "decided", **({"f_result": "granted", "f_reason": "凭预约单", "f_ends": at(8)} | filled))


def passes() -> list[reads.Pass]:
    with scoped(EVERYWHERE):
        return reads.passes([cast.DISTRICT], clock.now())


def one_pass() -> reads.Pass:
    (one,) = passes()
    return one


def address(one: reads.Pass) -> str:
    return f"/passes/{one.household}/{one.occasion}"


def test_a_pass_is_asked_for_and_granted_with_a_time_and_its_code_is_signed() -> None:
    browser = desk("committee", cast.UPPER)
    ask(browser)
    page = said(browser.get("/passes"))
    assert "何永康" in page and "待审批" in page and "明天上午透析" in page
    assert one_pass().due and one_pass().state == "asked"
    grant(browser)
    one = one_pass()
    assert (one.state, one.uses, one.reason, one.initials) == ("valid", 1, "凭预约单", "HYK")
    page = said(browser.get(address(one)))
    assert "<svg" in page and "有效" in page and one.number in page
    text = printing.code_text(one, clock.now())
    content, signature = code.parts_of(text)
    key = pass_key()
    assert key is not None
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key.raw))
    public.verify(signature, PURPOSE + content)
    read = code.read(content)
    assert (read.household, read.occasion, read.area) == (HE_HOME, one.occasion, cast.ESTATE)
    assert read.initials == "HYK" and "何".encode() not in content, "no name in it"
    assert browser.get(f"{address(one)}/card").content.startswith(b"%PDF")
    with scoped(EVERYWHERE):
        standing = Standing.objects.get(name=f"pass.{one.occasion}")
    assert (standing.value, standing.subject) == ("granted", HE_HOME) and standing.until == one.ends
    assert verify("owner") == []


def test_a_pass_ends_by_itself_and_before_it_begins_it_is_not_good_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = desk("committee", cast.UPPER)
    ask(browser)
    grant(browser, f_starts=at(2), f_ends=at(4))
    assert one_pass().state == "early"
    now = clock.now()
    with scoped(EVERYWHERE):
        states = [reads.passes([cast.DISTRICT], now + timedelta(hours=h))[0].state for h in (3, 5)]
    assert states == ["ending", "over"]


def test_an_end_before_the_beginning_is_not_taken() -> None:
    browser = desk("committee", cast.UPPER)
    ask(browser)
    page = grant(browser, f_starts=at(5), f_ends=at(4))
    assert one_pass().state == "asked", page
    assert "到何时止" in page and "凭预约单" in page, "what was filled in is still there"


def test_a_pass_that_is_revoked_is_contested_and_somebody_else_decides_again() -> None:
    browser = desk("committee", cast.UPPER)
    ask(browser)
    grant(browser)
    assert "已登记“撤销通行证”" in act(browser, "revoked", f_how="revoked", f_reason="密接")
    assert one_pass().state == "revoked" and one_pass().reason == "密接"
    page = said(browser.get(address(one_pass())))
    assert '<svg class="segno' not in page and "已被撤销" in page
    assert browser.get(f"{address(one_pass())}/card").status_code == 404
    assert "已登记“提出异议”" in act(browser, "contested", f_why="不是密接，有证明")
    assert one_pass().state == "contested"
    grant(browser)
    assert one_pass().state == "contested", "who revoked it does not decide again"
    grant(desk("street"))
    assert one_pass().state == "valid"
    assert verify("owner") == []


def test_who_turned_a_pass_down_does_not_decide_on_the_objection() -> None:
    browser = desk("committee", cast.UPPER)
    ask(browser)
    act(browser, "decided", f_result="turned_down", f_reason="可线上办理")
    assert one_pass().state == "turned_down"
    act(browser, "contested", f_why="必须本人到场")
    page = said(browser.get(f"/work/pass/{PROGRAMME.id}/{HE_HOME}/{one_pass().occasion}"))
    assert "须由另一人复核" in page
    grant(browser)
    assert one_pass().state == "contested"
    grant(desk("street"))
    assert one_pass().state == "valid"


def test_a_grant_is_undone_and_the_pass_waits_again() -> None:
    browser = desk("committee", cast.UPPER)
    ask(browser)
    grant(browser)
    done = re.findall(r'name="done" value="([\d.]+)"', said(browser.get("/work/pass?state=all")))
    browser.post("/work/pass/undo", {"done": done[0]})
    assert one_pass().state == "asked"
    with scoped(EVERYWHERE):
        assert not Standing.objects.filter(name__startswith="pass.").exists()


def test_passages_are_counted_and_a_pass_for_one_time_is_used_up() -> None:
    browser = desk("committee", cast.UPPER)
    ask(browser)
    grant(browser)
    act(browser, "passed", f_way="out")
    assert (one_pass().state, one_pass().out, one_pass().outside) == ("used", 1, True)
    assert "在外" in said(browser.get("/passes?show=outside"))
    act(browser, "passed", f_way="in")
    assert (one_pass().out, one_pass().outside) == (1, False)
    page = said(browser.get("/passes/gates"))
    assert page.count(one_pass().number) == 2
    file = browser.get("/passes/gates?as=xlsx")
    assert file.status_code == 200 and file.content[:2] == b"PK"


def test_the_neighbours_passes_are_not_seen_and_names_only_by_who_may() -> None:
    ask(desk("committee", cast.UPPER))
    one = one_pass()
    other = desk("committee", cast.LOWER)
    assert "还没有人申请通行证" in said(other.get("/passes"))
    assert other.get(address(one)).status_code == 404
    page = said(desk("inspector").get("/passes"))
    assert one.number in page and "何永康" not in page and "明天上午透析" not in page and "HYK" in page
    assert desk("street", street.NEXT_STREET).get(address(one)).status_code == 404


def test_a_look_at_a_name_is_on_record() -> None:
    browser = desk("committee", cast.UPPER)
    ask(browser)
    browser.get("/passes")
    with scoped(EVERYWHERE):
        assert LookUp.objects.filter(reason="desk: passes", person=cast.PERSONS["he"].id).exists()


def test_without_a_key_the_page_says_so_and_the_number_is_still_there(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = desk("committee", cast.UPPER)
    ask(browser)
    grant(browser)
    monkeypatch.setenv("BULOU_DATA", "/dev/null/folder")
    page = said(browser.get(address(one_pass())))
    assert "没有签发通行码的密钥" in page and one_pass().number in page


def test_the_key_is_the_owners_alone(tmp_path: Path) -> None:
    first = PassKey.open(tmp_path)
    assert PassKey.open(tmp_path).raw == first.raw and "PRIVATE" not in repr(first)
    (tmp_path / "pass-key.pem").chmod(0o644)
    with pytest.raises(PermissionError):
        PassKey.open(tmp_path)


def test_an_emergency_is_told_at_once_and_followed_up() -> None:
    browser = desk("committee", cast.UPPER)
    sent = {"subject": str(cast.ESTATE), "step": "sure", "f_cause": "childbirth", "f_people": "2"}
    page = said(browser.post("/work/letout/new", sent, follow=True))
    assert "已登记“紧急放行”" in page
    now = said(browser.get("/now"))
    assert "紧急放行" in now
    assert "没有人跟进" in said(browser.get("/passes"))
    row = re.search(r'name="row" value="([\d.]+\.\w+)"', said(browser.get("/work/letout")))
    assert row
    browser.post("/work/letout/act", {"act": "followed", "row": row[1], "step": "sure", "f_what": "已到医院"})
    with scoped(EVERYWHERE):
        assert Duty.objects.get(kind=23).outcome == 1
    assert "没有人跟进" not in said(browser.get("/passes")) and "已跟进" in said(browser.get("/passes/gates"))
    assert PASS.code == 22
