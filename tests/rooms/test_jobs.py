"""The page of long work: cancelled at the next step, taken up again; an import taken back as a whole. On a database."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bulou.command.jobs import undoing
from bulou.command.jobs.models import Undoing
from bulou.command.linkage.models import Run
from bulou.command.uploads import actions as uploads
from bulou.command.uploads.models import Upload
from bulou.desk.actions import add_user
from bulou.ledger import clock, journals
from bulou.ledger.models import Duty, Standing
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from bulou.places.models import Person, PersonFact
from bulou.rounds.actions import join_newcomers
from bulou.ui import background, halting
from tests import cast, desk_street

TITLES = ["姓名", "手机", "街道", "小区", "楼号", "室号"]
NEW = [
    ["沈试敏", "13900003001", "梅溪街道", "梅溪新村", "1号楼", "601"],
    ["陆试满", "13900003002", "梅溪街道", "梅溪新村", "2号楼", "602"],
    ["王桂芳", "13900003003", "梅溪街道", "梅溪新村", "1号楼", "101"],
]


@pytest.fixture
def street(settled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BULOU_DATA", str(tmp_path))
    monkeypatch.setattr(background, "ask", lambda module, number: None)
    return tmp_path


def browser(name: str = "district", language: str = "zh-hans") -> Client:
    client = Client()
    client.cookies["bulou_language"] = language
    client.force_login(User.objects.get(username=name))
    return client


def brought(rows: list[list[str]], source: str = "物业", done: bool = True) -> Upload:
    """Upload a list and import it in this process."""
    out = io.StringIO()
    csv.writer(out).writerows([TITLES, *rows])
    file = SimpleUploadedFile(f"{source}.csv", out.getvalue().encode())
    answer = browser().post("/roster", {"file": file, "source": source})
    number = int(answer["Location"].rsplit("/", 1)[1])
    assert browser().post(f"/roster/uploads/{number}", {"act": "start"}).status_code == 302
    if done:
        uploads.perform(number)
    return fresh(number)


def fresh(number: int) -> Upload:
    with scoped(EVERYWHERE):
        return Upload.objects.get(pk=number)


def undone(one: Upload) -> Undoing:
    """Ask for the import to be taken back on the page, and do it in this process."""
    client = browser()
    asked = client.post("/jobs/act", {"job": f"import.{one.pk}", "act": "undo"})
    assert "确认撤销" in asked.content.decode()
    client.post("/jobs/act", {"job": f"import.{one.pk}", "act": "undo", "sure": "1"})
    with scoped(EVERYWHERE):
        made = Undoing.objects.get(upload=one.pk, state="running")
    undoing.perform(made.pk)
    with scoped(EVERYWHERE):
        return Undoing.objects.get(pk=made.pk)


def owes(name: str) -> list[tuple[int, str | None]]:
    with scoped(EVERYWHERE):
        person = Person.objects.get(name=name)
        return [(one.outcome, one.reason) for one in Duty.objects.filter(subject=person.pk, kind=1)]


def phone(name: str) -> str | None:
    with scoped(EVERYWHERE):
        return Person.objects.get(name=name).phone


def clean() -> None:
    assert [one.en for one in verify("owner")] == []


def test_an_import_is_taken_back_as_a_whole_and_comes_again(street: Path) -> None:
    one = brought(NEW)
    assert one.state == "done" and owes("沈试敏") == [(0, None)] and phone("王桂芳") == "13900003003"
    done = undone(one)
    assert (done.state, done.left, done.returned) == ("done", 2, 1), done.why
    assert phone("王桂芳") is None, "corrected values return to what they were"
    assert owes("沈试敏") == [(2, "not_known_here")], "who came by it alone owes nothing more"
    assert owes("王桂芳") == [(0, None)], "who was there before stays"
    with scoped(EVERYWHERE):
        person = Person.objects.get(name="沈试敏").pk
        assert Standing.objects.get(subject=person, name="residence").value == "unlisted"
    join_newcomers(clock.now(), clock.now())
    assert owes("沈试敏") == [(2, "not_known_here")]
    clean()
    page = browser().get("/jobs").content.decode()
    assert "2人移出名册，1项信息恢复原值" in page and "已撤销" in page
    # The same list brings them back, with what it says.
    again = brought(NEW)
    assert again.state == "done" and again.told["added"] == 0
    assert owes("沈试敏") == [(0, None)] and phone("王桂芳") == "13900003003"
    with scoped(EVERYWHERE):
        assert Person.objects.filter(name="沈试敏").count() == 1
        assert Standing.objects.get(subject=person, name="residence").value == "listed"
    clean()
    # And goes again with it.
    back = undone(again)
    assert (back.state, back.left) == ("done", 2), back.why
    assert owes("沈试敏") == [(2, "not_known_here")] and phone("王桂芳") is None
    clean()


def test_whom_another_list_names_stays(street: Path) -> None:
    one = brought(NEW)
    brought(NEW[:1], source="派出所")
    done = undone(one)
    assert (done.state, done.left) == ("done", 1), done.why
    assert owes("沈试敏") == [(0, None)] and owes("陆试满") == [(2, "not_known_here")]
    clean()


def test_a_value_that_was_corrected_before_returns_to_that(street: Path) -> None:
    brought([[*NEW[2][:1], "13900003111", *NEW[2][2:]]], source="派出所")
    one = brought(NEW)
    assert phone("王桂芳") == "13900003003"
    assert undone(one).state == "done" and phone("王桂芳") == "13900003111"
    with scoped(EVERYWHERE):
        person = Person.objects.get(name="王桂芳").pk
        facts = PersonFact.objects.filter(person=person, attribute=3)
        assert facts.filter(valid_to=None).count() == 1 and facts.count() == 3, "history is added to, not removed"
    clean()


def test_what_a_later_list_says_is_left(street: Path) -> None:
    one = brought(NEW)
    brought([[*NEW[2][:1], "13900003222", *NEW[2][2:]]], source="派出所")
    assert undone(one).returned == 0 and phone("王桂芳") == "13900003222"
    clean()


def test_it_is_refused_where_somebody_took_part(street: Path) -> None:
    one = brought(NEW)
    with scoped(EVERYWHERE):
        person = Person.objects.get(name="沈试敏")
    body = {"campaign": cast.ROUND, "tube": cast.TUBES["T1"], "mode": "pooled", "persons": [person.pk]}
    journal, _ = journals.enrol("x", "desk", EVERYWHERE, cast.DAWN, cast.minute(9_000_000))
    assert journals.append(journal, [("tube.sealed", clock.now(), person.area, body)], clock.now())[0].status == "kept"
    done = undone(one)
    assert done.state == "failed" and "其中1人之后已参加采样" in done.why
    assert phone("王桂芳") == "13900003003" and owes("陆试满") == [(0, None)], "nothing is half done"
    assert "其中1人之后已参加采样" in browser().get("/jobs").content.decode()
    assert "1 of its people have since been sampled" in browser(language="en").get("/jobs").content.decode()
    clean()


def test_a_running_import_ends_at_the_next_chunk_and_can_go_on(street: Path) -> None:
    rows = [[f"试{n:04}", "", "梅溪街道", "梅溪新村", "1号楼", f"{n}"] for n in range(1001, 3001)]
    one = brought(rows, done=False)
    client = browser()
    assert "进行中" in client.get("/jobs").content.decode()
    client.post("/jobs/act", {"job": f"import.{one.pk}", "act": "cancel"})
    assert "正在取消" in client.get("/jobs").content.decode()
    uploads.perform(one.pk)
    one = fresh(one.pk)
    assert (one.state, one.read, one.accepted) == ("failed", 1000, 1000) and one.run
    page = client.get("/jobs").content.decode()
    assert "已取消，此前写入的保留" in page and "读取1,000" in page
    client.post("/jobs/act", {"job": f"import.{one.pk}", "act": "resume"})
    uploads.perform(one.pk)
    one = fresh(one.pk)
    assert (one.state, one.read, one.accepted) == ("done", 2000, 2000)
    clean()


def test_a_cancelled_import_is_taken_back(street: Path) -> None:
    rows = [[f"试{n:04}", "", "梅溪街道", "梅溪新村", "1号楼", f"{n}"] for n in range(1001, 2501)]
    one = brought(rows, done=False)
    uploads.cancel(one, "district", clock.now())
    uploads.perform(one.pk)
    done = undone(fresh(one.pk))
    assert (done.state, done.left) == ("done", 1000), done.why
    clean()


def test_a_cancelled_linkage_says_so(street: Path) -> None:
    with scoped(EVERYWHERE):
        run = Run.objects.create(area=cast.DISTRICT, most=10, by="district", asked_at=clock.now())
    browser().post("/jobs/act", {"job": f"linkage.{run.pk}", "act": "cancel"})
    assert halting.by(background.LINKING, run.pk) == "district"
    from bulou.command.linkage import actions as linkage

    linkage.perform(run.pk)
    with scoped(EVERYWHERE):
        run.refresh_from_db()
    assert run.state == "failed"
    assert "已取消，此前的合并保留" in browser().get("/jobs").content.decode()


def test_who_sees_what_and_may_do_what(street: Path) -> None:
    one = brought(NEW)
    add_user("accounts", desk_street.PASSWORD, [cast.DISTRICT], ["administrator"])
    add_user("committee", desk_street.PASSWORD, [cast.UPPER], ["committee"])
    page = browser("accounts").get("/jobs").content.decode()
    assert "物业.csv" in page and "整份撤销" not in page and not re.search(r'href="/roster/uploads', page)
    assert browser("accounts").post("/jobs/act", {"job": f"import.{one.pk}", "act": "undo"}).status_code == 404
    assert browser("committee").get("/jobs").status_code == 403
    assert "物业.csv" not in browser("neighbour").get("/jobs").content.decode()
    assert browser("neighbour").post("/jobs/act", {"job": f"import.{one.pk}", "act": "undo"}).status_code == 404
    assert browser().post("/jobs/act", {"job": "import.x", "act": "undo"}).status_code == 404
    answer = browser().post("/jobs/act", {"job": f"import.{one.pk}", "act": "cancel"}, follow=True).content.decode()
    assert "这项工作已经变化" in answer


def test_there_is_no_long_work(street: Path) -> None:
    assert "还没有后台任务" in browser().get("/jobs").content.decode()
