"""Filters of a declared list that are kept under a name: whose they are, who sees them, what they show."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.test import Client

from bulou.command.work.saved.models import View
from bulou.command.work.saved.rules import MOST
from bulou.ledger.areas import span
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ui.room import works
from tests import cast, transfer
from tests import desk_street as street
from tests.transfer import LI, LIST, MEI, bring, desk, said

pytestmark = pytest.mark.usefixtures("db")
VIEWS = f"{LIST}/views"
FIRST = works()["disposition"].duty.stages[0].name


@pytest.fixture
def browser() -> Client:
    transfer.settle()
    return desk()


def keep(browser: Client, name: str, **filters: str) -> str:
    return said(browser.post(VIEWS, {"act": "keep", "name": name} | filters, follow=True))


def chips(browser: Client, query: str = "") -> dict[str, str]:
    """Return the views above the list with their numbers."""
    page = said(browser.get(LIST + query))
    bar = re.search(r'<nav class="filters" aria-label="常用视图">(.*?)</nav>', page, re.DOTALL)
    found = re.findall(r'<a href="[^"]+"([^>]*)>([^<]*)</a>', bar[1]) if bar else []
    return {text.split()[0]: text.split()[-1] + ("*" if "aria-current" in more else "") for more, text in found}


def kept() -> list[View]:
    with scoped(EVERYWHERE):
        return list(View.objects.order_by("pk"))


def test_a_view_shows_its_list_and_how_many_there_are(browser: Client) -> None:
    bring(browser, LI, "placed")
    bring(browser, MEI, "admitted")
    assert "已保存视图“一号楼超时”。" in keep(browser, " 一号楼超时", area=str(cast.NO_1), late="1")
    keep(browser, "待告知", stage=FIRST)
    keep(browser, "已完成", state="done")
    keep(browser, "未交办", given="no")
    assert chips(browser) == {"一号楼超时": "1", "待告知": "2", "已完成": "已完成", "未交办": "3"}
    assert chips(browser, f"?area={cast.NO_1}&late=1")["一号楼超时"] == "1*", "the one that is open is marked"
    number = kept()[0].pk
    answer = browser.get(f"{LIST}/view/{number}")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{LIST}?area={cast.NO_1}&late=1")
    assert [*transfer.tokens(browser, f"?area={cast.NO_1}&late=1")] == [LI]


def test_numbers_are_those_of_the_list(browser: Client) -> None:
    """Whatever a view is narrowed by, it counts what its list shows."""
    transfer.needs(LI)
    bring(browser, LI, "told")
    asked = [{"late": "1"}, {"danger": "1"}, {"stage": "told"}, {"stage": "told", "late": "1"}, {"refused": "1"},
             {"given": "yes"}, {"area": str(cast.NO_1)}, {"area": str(cast.NO_1), "danger": "1"}]  # fmt: skip
    for n, filters in enumerate(asked):
        keep(browser, f"第{n}个", **filters)
    shown = chips(browser)
    for n, filters in enumerate(asked):
        query = "?" + "&".join(f"{name}={value}" for name, value in filters.items())
        assert int(shown[f"第{n}个"]) == len(transfer.tokens(browser, query)), filters


def test_what_was_searched_for_is_never_kept(browser: Client) -> None:
    page = said(browser.get(f"{LIST}?late=1&q=P{LI}"))
    form = page[page.index(f'action="{VIEWS}"') :]
    assert f"P{LI}" not in form[: form.index("</form>")], "the form does not even send it"
    assert "查找框里的编码不保存" in page
    keep(browser, "带查找", late="1", q=f"P{LI}")
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute("SELECT v::text FROM saved_view AS v")
        ((row,),) = cursor.fetchall()
    assert str(LI) not in row.replace(str(cast.STREET), "")


@pytest.mark.parametrize(
    ("name", "filters", "sentence"),
    [
        (" ", {"late": "1"}, "请填写视图名称。"),
        ("字" * 31, {"late": "1"}, "名称最多30个字。"),
        ("李 13800000001", {"late": "1"}, "名称里不能有编号或电话。"),
        ("超时", {"late": "1"}, "您已有同名的视图，请换一个名称。"),
        ("全部", {}, "请先选择筛选条件，再保存。"),
        ("全部", {"stage": "nonsense", "area": "5"}, "请先选择筛选条件，再保存。"),
    ],
)
def test_what_cannot_be_kept_comes_back_as_it_was(browser: Client, name: str, filters, sentence: str) -> None:
    keep(browser, "超时", late="1")
    answer = browser.post(VIEWS, {"act": "keep", "name": name, "shared": "1"} | filters)
    page = said(answer)
    assert answer.status_code == 422 and sentence in page and f'value="{name}"' in page and "checked" in page
    assert len(kept()) == 1


def test_at_most_so_many(browser: Client) -> None:
    for n in range(MOST):
        keep(browser, f"第{n}个", late="1")
    assert "最多保存20个视图" in keep(browser, "再一个", late="1") and len(kept()) == MOST


def test_a_view_is_the_accounts_alone_until_it_is_shared_with_its_role_in_its_area(browser: Client) -> None:
    keep(browser, "超时", late="1")
    with transfer.QUICK:
        for name, area, role in (
            ("same", cast.STREET, "transfer"), ("other-role", cast.STREET, "inspector"),
            ("next", street.NEXT_STREET, "transfer"), ("part", cast.NO_1, "committee"),
        ):  # fmt: skip
            street.add_user(name, street.PASSWORD, [area], [role])
    others = {name: Client() for name in ("same", "other-role", "next", "part")}
    for name, other in others.items():
        other.force_login(User.objects.get(username=name))
    (view,) = kept()

    def sees() -> dict[str, bool]:
        opened = {name: other.get(f"{LIST}/view/{view.pk}").status_code for name, other in others.items()}
        assert {name for name, code in opened.items() if code == 302} == {
            name for name, other in others.items() if "超时" in chips(other)
        }
        return {name: code == 302 for name, code in opened.items()}

    assert not any(sees().values())
    browser.post(VIEWS, {"act": "share", "view": view.pk})
    assert sees() == {"same": True, "other-role": False, "next": False, "part": False}
    assert kept()[0].roles == ["transfer"] and kept()[0].area == cast.STREET
    for act in ("rename", "share", "unshare", "remove"):
        answer = others["same"].post(VIEWS, {"act": act, "view": view.pk, "name": "别人的"}, follow=True)
        assert "这个视图已删除，或不是您保存的。" in said(answer)
    assert "transfer" in said(others["same"].get(LIST)), "who shared it is told"
    browser.post(VIEWS, {"act": "unshare", "view": view.pk})
    assert not any(sees().values())


def test_it_is_renamed_and_deleted(browser: Client) -> None:
    keep(browser, "超时", late="1")
    keep(browser, "拒绝", refused="1")
    one, two = kept()
    assert browser.post(VIEWS, {"act": "rename", "view": two.pk, "name": "超时"}).status_code == 422
    answer = browser.post(VIEWS, {"act": "rename", "view": one.pk, "name": "已超时的", "late": "1"})
    assert answer.headers["Location"] == f"{LIST}?late=1", "the list stays as it was narrowed"
    browser.post(VIEWS, {"act": "remove", "view": two.pk})
    assert [(view.name, view.late) for view in kept()] == [("已超时的", True)]
    for sent in ({"act": "remove", "view": two.pk}, {"act": "x"}, {"act": "remove", "view": 2**60}, {}):
        assert browser.post(VIEWS, sent).status_code == 302 and len(kept()) == 1
    assert browser.get(f"{LIST}/view/{two.pk}").status_code == 404
    assert browser.get(VIEWS).status_code == 405


def test_a_view_of_an_area_that_the_reader_may_not_see_is_not_shown(browser: Client) -> None:
    """Without its area it would show something else under the same name."""
    keep(browser, "一号楼", area=str(cast.NO_1), late="1", shared="1")
    with scoped(EVERYWHERE):
        View.objects.update(within=street.NEXT_BUILDING)
    assert chips(browser) == {}


def test_a_stage_that_is_gone_is_said(browser: Client) -> None:
    keep(browser, "待告知", stage=FIRST)
    with scoped(EVERYWHERE):
        View.objects.update(stage="long_ago")
    (view,) = kept()
    assert chips(browser) == {} and "步骤已改，不能再用" in said(browser.get(LIST))
    assert browser.get(f"{LIST}/view/{view.pk}").status_code == 404


def test_the_database_keeps_no_other_words_than_filters(browser: Client) -> None:
    keep(browser, "超时", late="1")
    for column, value in (("state", "李建国"), ("given", "李"), ("stage", "李建国"), ("name", "")):
        with scoped(EVERYWHERE), pytest.raises(IntegrityError), transaction.atomic():
            View.objects.update(**{column: value})
    with scoped((span(street.NEXT_STREET),)):
        assert not View.objects.exists()


def test_in_english(browser: Client) -> None:
    other = desk("street", language="en")
    keep(other, "late", late="1")
    for page in (said(other.get(LIST + "?late=1")), keep(other, "late", late="1")):
        body = re.sub(r"(李建国|陈美华|何永康|林婉|梅溪\w*|\d号楼|公寓楼)|中文", "", page[page.index("<main") :])
        assert not re.search(r"[\u4e00-\u9fff]+", body), re.search(r".{40}[\u4e00-\u9fff]+.{40}", body)
