"""The frame: what the rail shows to whom, the reader's own settings, the parts, the pages of errors."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User
from django.template import Context, Template, TemplateSyntaxError
from django.test import Client, RequestFactory, override_settings
from django.utils import translation

from bulou.desk import navigation
from bulou.desk.actions import add_user
from bulou.ui import assets
from bulou.ui.templatetags.page import KeptNode

PASSWORD = "plum-creek-at-dawn"


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(add_user("wang", PASSWORD, []))
    return client


def titles(request) -> list[str]:
    with translation.override("zh-hans"):
        return [str(entry["title"]) for entry in navigation.shown(navigation.RAIL, request)]


def test_the_rail_shows_what_exists_and_marks_where_the_reader_is() -> None:
    request = RequestFactory().get("/devices")
    assert [entry["title"] for entry in navigation.shown(navigation.RAIL, request) if entry["current"]] == ["设置"]
    assert {"待办", "轮次", "设置"} <= set(titles(request))
    assert len({entry.key for entry in navigation.RAIL}) == len(navigation.RAIL)
    missing = (navigation.Entry("x", "no-such-page", icon="x"),)
    assert navigation.shown(missing, request) == []


def test_what_the_reader_may_not_open_is_not_offered(monkeypatch) -> None:
    monkeypatch.setattr(navigation, "PAGES", {"now": "act", "settings": "read"})
    request = RequestFactory().get("/")
    request.who = SimpleNamespace(may=lambda need: need == "read")
    assert "待办" not in titles(request) and "设置" in titles(request)


def test_settings_keep_the_choice_of_look(reader: Client, queries) -> None:
    page = reader.get("/settings").content.decode()
    assert 'data-theme="auto"' in page and "尚未分配" in page
    assert reader.post("/settings", {"theme": "dark"}).url == "/settings"
    page = reader.get("/settings").content.decode()
    assert 'data-theme="dark" data-bs-theme="dark"' in page
    reader.post("/settings", {"theme": "<script>"})
    assert reader.cookies[navigation.THEME_COOKIE].value == "dark"
    with queries(5):
        reader.get("/settings")


def test_the_page_of_parts_shows_each_part(reader: Client) -> None:
    page = reader.get("/settings/parts").content.decode()
    shown = set(re.findall(r"<h2>([a-z, ]+)</h2>", page))
    kept = {file.stem for file in (assets.FOLDER.parents[3] / "ui" / "templates" / "ui" / "parts").glob("*.html")}
    assert kept - {name for said in shown for name in said.split(", ")} == {"live", "pager"}, "shown within others"
    assert "\n".join(sorted(shown)) and "{{" not in page and "{%" not in page


def test_a_part_sees_nothing_of_the_page_around_it() -> None:
    text = '{% load page %}{% part "block" hint="h" %}{{ title }}<b>{% endpart %}'
    made = Template(text).render(Context({"title": "<of the page>"}))
    assert "&lt;of the page&gt;<b>" in made and "<h2>" not in made
    with pytest.raises(TemplateSyntaxError):
        Template('{% load page %}{% part "block" oops %}{% endpart %}')


def test_a_line_is_written_once_for_the_same_values_and_language() -> None:
    written: list[int] = []

    class Said:
        def __init__(self, n: int) -> None:
            self.n = n

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Said) and other.n == self.n

        def __hash__(self) -> int:
            return self.n

        def text(self) -> str:
            written.append(self.n)
            return f"<{self.n}>"

    page = Template("{% load page %}{% for one in all %}{% kept one %}{{ one.text }}{% endkept %}{% endfor %}")
    for _ in range(2):
        assert page.render(Context({"all": [Said(1), Said(2), Said(1)]})) == "&lt;1&gt;&lt;2&gt;&lt;1&gt;"
    assert written == [1, 2]
    with translation.override("en"):
        page.render(Context({"all": [Said(2)]}))
    assert written == [1, 2, 2]
    page.render(Context({"all": [Said(n) for n in range(3, 4 + KeptNode.MOST)]}))
    page.render(Context({"all": [Said(1)]}))
    assert written[-1] == 1, "the first ones are forgotten"


def test_sign_in_leads_to_the_list(client: Client) -> None:
    add_user("wang", PASSWORD, [])
    assert client.post("/sign-in", {"username": "wang", "password": PASSWORD}).url == "/now"


def test_errors_are_pages_of_the_desk(reader: Client) -> None:
    assert "找不到此页" in reader.get("/nothing").content.decode()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(username="wang"))
    answer = strict.post("/settings", {"theme": "dark"})
    assert answer.status_code == 403 and "页面已过期" in answer.content.decode()


def test_a_fault_says_so_in_plain_words(reader: Client, monkeypatch) -> None:
    monkeypatch.setattr("bulou.desk.pages.names", None)
    reader.raise_request_exception = False
    answer = reader.get("/settings")
    assert answer.status_code == 500 and "服务器出错" in answer.content.decode()


def test_without_a_build_the_desk_works_without_style(client: Client, monkeypatch) -> None:
    monkeypatch.setattr(assets, "addresses", dict)
    page = client.get("/sign-in").content.decode()
    assert "id_username" in page and "<script" not in page and "stylesheet" not in page


def test_a_built_file_is_kept_for_good(client: Client) -> None:
    answer = client.get(f"/static/{assets.addresses()['style']}", headers={"Accept-Encoding": "br"})
    assert "immutable" in answer.headers["Cache-Control"] and answer.headers["Content-Encoding"] == "br"
    answer.close()


def test_the_page_of_trust_shows_what_phones_compare(reader: Client) -> None:
    assert "手机无需安装证书" in reader.get("/settings/trust").content.decode()
    with override_settings(TRUST_URL="http://192.168.1.5:8001/", TRUST_FINGERPRINT="AB:CD:EF"):
        page = reader.get("/settings/trust").content.decode()
    assert "http://192.168.1.5:8001/" in page and "AB:CD:EF" in page and "<svg" in page
    assert 'href="/settings/trust"' in reader.get("/settings").content.decode()
