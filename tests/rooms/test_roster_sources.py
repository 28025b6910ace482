"""Lists of several sources: each kept apart with its day and trust, what they say otherwise shown beside it."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client

from bulou.command.uploads.models import Upload
from bulou.ledger import clock
from bulou.ledger.areas import area_id, span
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from bulou.people import reads as people
from bulou.places import imports, sources, undo_import
from bulou.places.actions import look_up
from bulou.places.models import Person, Said, Source
from bulou.places.sources import HIGH, LOW, USUAL
from bulou.places.tables import Table  # noqa: F401
from tests import desk_street  # noqa: F401
from tests.rooms.test_places_imports import AT, areas, line, number, write  # noqa: F401  a fixture

pytestmark = pytest.mark.usefixtures("areas")
ID = number("19880506", 1)
#: Each list is imported after the one before.
SECONDS = count()


def load(folder: Path, source: str, trust: int = 0, days: int = 0, kind: str = "", **said: str) -> imports.Outcome:
    at = AT + timedelta(days=30, seconds=next(SECONDS))
    if trust or kind:
        sources.declare(source, kind, trust, "zhang", at)
    path = write(folder / f"{source}{days}.csv", [line("王试安", ID, **said)])
    return imports.import_persons(path, folder, at, source=source, valid_from=AT + timedelta(days=days))


def told(field: int = 3) -> sources.Told:
    with scoped(EVERYWHERE):
        one = Person.objects.get(merged_into=None)
        known = look_up(one.pk, "test", "test", clock.now())
        sheet = people.person(known, 0, clock.now())
    return next(row for row in sheet.told if row.stands.field == field)


def test_two_sources_contradict_and_both_are_told_with_their_days(tmp_path: Path) -> None:
    load(tmp_path, "派出所", phone="13900000001", kind="police")
    load(tmp_path, "物业", days=2, phone="13900000002", kind="property")
    one = told()
    assert (one.stands.value, one.stands.source, one.stands.since) == (
        "13900000002", "物业", AT + timedelta(days=2),
    )  # fmt: skip
    assert [(s.value, s.source, s.since) for s in one.otherwise] == [("13900000001", "派出所", AT)]


def test_an_older_list_replaces_nothing_and_is_told(tmp_path: Path) -> None:
    load(tmp_path, "物业", days=2, phone="13900000002")
    load(tmp_path, "派出所", phone="13900000001", door="202")
    assert told().stands.value == "13900000002" and [s.source for s in told().otherwise] == ["派出所"]
    home = told(5)
    assert home.stands.source == "物业" and len(home.otherwise) == 1


def test_a_list_that_is_trusted_less_replaces_nothing_and_is_told(tmp_path: Path) -> None:
    load(tmp_path, "居委会", HIGH, phone="13900000001", kind="committee")
    load(tmp_path, "群接龙", days=5, phone="13900000002", kind="chat")
    one = told()
    assert (one.stands.value, one.stands.trust) == ("13900000001", HIGH)
    assert [(s.value, s.trust) for s in one.otherwise] == [("13900000002", LOW)]
    load(tmp_path, "走访", HIGH, days=6, phone="13900000003")
    assert told().stands.value == "13900000003" and {s.source for s in told().otherwise} == {"居委会", "群接龙"}


def test_who_says_nothing_of_trust_is_as_before(tmp_path: Path) -> None:
    load(tmp_path, "派出所", phone="13900000001")
    load(tmp_path, "物业", days=1, phone="13900000002")
    assert told().stands.value == "13900000002"
    with scoped(EVERYWHERE):
        assert set(Source.objects.filter(name__in=("派出所", "物业")).values_list("trust", "kind")) == {(USUAL, "")}


def test_what_a_source_says_later_like_the_record_is_no_contradiction(tmp_path: Path) -> None:
    load(tmp_path, "派出所", phone="13900000001")
    load(tmp_path, "物业", days=1, phone="13900000002")
    load(tmp_path, "派出所", days=3, phone="13900000002")
    assert told().otherwise == ()


def test_the_same_list_twice_is_told_once(tmp_path: Path) -> None:
    load(tmp_path, "物业", days=2, phone="13900000002")
    for _ in range(2):
        load(tmp_path, "派出所", phone="13900000001")
    assert len(told().otherwise) == 1


def test_an_import_that_is_taken_back_says_nothing_any_more(tmp_path: Path) -> None:
    load(tmp_path, "物业", days=2, phone="13900000002")
    run = load(tmp_path, "派出所", phone="13900000001").run
    assert told().otherwise
    with transaction.atomic():
        undo_import.undo(run, AT + timedelta(days=31))
        assert not Said.objects.filter(run=run).exists()
    assert told().otherwise == ()


def test_each_sees_what_is_said_of_his_own_people(tmp_path: Path) -> None:
    load(tmp_path, "物业", days=2, phone="13900000002")
    load(tmp_path, "派出所", phone="13900000001")
    with connection.cursor() as cursor, scoped((span(area_id(1, 2)),)):
        cursor.execute("SET LOCAL ROLE bulou_app")
        cursor.execute("SELECT count(*) FROM places_said")
        assert cursor.fetchone()[0] == 0


def test_the_books_still_agree(tmp_path: Path) -> None:
    load(tmp_path, "物业", days=2, phone="13900000002", trust=HIGH)
    load(tmp_path, "派出所", days=3, phone="13900000001", door="202")
    assert verify("owner") == []


def test_the_desk_asks_what_a_source_is_and_lists_it(settled_desk: Client, tmp_path: Path) -> None:
    page = settled_desk.get("/roster").content.decode()
    assert "来源种类" in page and "疫苗接种名单" in page and "可信程度" in page
    file = SimpleUploadedFile("a.csv", write(tmp_path / "a.csv", [line("王试安", ID)]).read_bytes(), "text/csv")
    sent = {"file": file, "source": "接种点", "source_kind": "vaccination", "trust": "3"}
    answer = settled_desk.post("/roster", sent)
    assert answer.status_code == 302, re.findall(r'bad-text"[^>]*>([^<]*)', answer.content.decode())
    with scoped(EVERYWHERE):
        one = Upload.objects.get()
    assert (one.source_kind, one.trust) == ("vaccination", 3)
    bad = SimpleUploadedFile("a.csv", b"x", "text/csv")
    wrong = settled_desk.post("/roster", {"file": bad, "source_kind": "nobody"}).content.decode()
    assert "请从列出的来源种类和可信程度中选择" in wrong
    load(tmp_path, "接种点", kind="vaccination", trust=HIGH)
    page = html.unescape(settled_desk.get("/roster").content.decode())
    assert "名册来源" in page and re.search(r"接种点</th><td>疫苗接种名单</td><td>\s*较高", page)


@pytest.fixture
def settled_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    from bulou.desk.actions import add_user

    monkeypatch.setenv("BULOU_DATA", str(tmp_path))
    add_user("zhihui", "long-enough-words-here", [area_id(1)], ["command"])
    client = Client()
    client.cookies["bulou_language"] = "zh-hans"
    client.force_login(User.objects.get(username="zhihui"))
    return client


def test_the_sheet_shows_both_with_their_days(settled_desk: Client, tmp_path: Path) -> None:
    load(tmp_path, "派出所", phone="13900000001", kind="police")
    load(tmp_path, "物业", days=2, phone="13900000002", kind="property")
    with scoped(EVERYWHERE):
        person = Person.objects.get()
    page = html.unescape(settled_desk.get(f"/people/{person.pk}").content.decode())
    body = page[page.index("各来源怎么说") :]
    row = body[body.index('data-key="told-3"') :].partition("</tr>")[0]
    assert "物业" in row and "派出所" in row and "04-05" in row and "04-03" in row and "13900000001" in row
