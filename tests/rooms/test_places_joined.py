"""Whoever a list or a decision puts on the register, or moves, while a round is open owes it; how many is told."""

from __future__ import annotations

import argparse
import csv
import json
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from bulou.config.commands import import_persons as command
from bulou.config.joining import Joining
from bulou.field import posting
from bulou.ledger import clock, journals
from bulou.ledger.areas import found_id, span
from bulou.ledger.effects import Entry, Key
from bulou.ledger.intake import Report
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places import command as places
from bulou.places import imports, reads
from bulou.places.documents import check_character
from bulou.rounds.actions import join_newcomers, open_round
from tests import cast, desk_street, shelf
from tests.builders import Pen

TITLES = ["姓名", "手机", "证件号码", "街道", "小区", "楼号", "室号"]
NO_1 = ["梅溪街道", "梅溪新村", "1号楼"]
NEXT = ["竹溪街道", "竹溪小区", "竹溪楼"]
NEWCOMERS = [["补试甲", "13900004001", "", *NO_1, "801"], ["补试乙", "13900004002", "", *NO_1, "802"]]
NOW = cast.minute(600)


@pytest.fixture
def street(settled, monkeypatch):
    """The street with its open round; it is ten hours later."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


def write(file: Path, *rows: list[str]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([TITLES, *rows])
    return file


def run(file: Path, *options: str) -> int:
    parser = argparse.ArgumentParser()
    command.arguments(parser)
    parser.add_argument("--data", type=Path, default=file.parent)
    return places.run(parser.parse_args([str(file), *options]), join_newcomers)


def owes(person: int, campaign: int = cast.ROUND) -> bool:
    return Key(campaign, 1, person) in shelf.read().duties


def ids() -> dict[str, int]:
    with scoped(EVERYWHERE):
        return {row["name"]: row["id"] for row in reads.persons(EVERYWHERE)}


def test_the_command_says_who_owes_the_open_round(street, tmp_path, capsys):
    file = write(tmp_path / "补充.csv", *NEWCOMERS)
    assert run(file, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["joined"] == [{"round": cast.ROUND, "added": 2, "out_of_scope": 0}]
    people = ids()
    assert owes(people["补试甲"]) and owes(people["补试乙"])
    assert run(write(tmp_path / "再补.csv", ["补试丙", "13900004003", "", *NO_1, "803"])) == 0
    assert (
        f"轮次 round {cast.ROUND}: 补录应检 added after opening 1, 不在应检范围 out of scope 0"
        in capsys.readouterr().out
    )
    assert run(file) == 0 and "补录应检" not in capsys.readouterr().out


def test_who_stands_as_positive_is_told_apart(street, tmp_path, capsys):
    assert run(write(tmp_path / "a.csv", NEWCOMERS[0]), "--preview") == 0
    imports.import_persons(tmp_path / "a.csv", tmp_path, NOW)
    desk_street.post(Pen(cast.DESK, cast.STREET, next=900).standing(590, ids()["补试甲"], "infection", "positive"))
    capsys.readouterr()
    assert run(write(tmp_path / "b.csv", NEWCOMERS[1])) == 0
    assert "added after opening 1, 不在应检范围 out of scope 1" in capsys.readouterr().out
    assert not owes(ids()["补试甲"])


def test_a_preview_adds_nobody(street, tmp_path, capsys):
    assert run(write(tmp_path / "a.csv", *NEWCOMERS), "--preview", "--json") == 0
    assert "joined" not in json.loads(capsys.readouterr().out) and "补试甲" not in ids()


def test_an_import_that_broke_off_leaves_nobody_out(street, tmp_path, capsys, monkeypatch):
    """A quote that nobody closed stops it; the rows of the chunks before are on the register by then."""
    rows = [[f"补试{chr(ord('伟') + n)}", "", "", *NO_1, f"{1000 + n}"] for n in range(120)]
    rows[110][0] = '"' + rows[110][0]
    file = tmp_path / "断.csv"
    file.write_text("\n".join(map(",".join, [TITLES, *rows])), "utf-8")
    real = imports.import_persons
    monkeypatch.setattr(imports, "import_persons", lambda *a, **given: real(*a, chunk=20, **given))
    assert run(file) == 2
    told, people = capsys.readouterr(), ids()
    taken = [name for name in people if name.startswith("补试")]
    assert len(taken) == 100 and all(owes(people[name]) for name in taken)
    assert f"补录应检 added after opening {len(taken)}," in told.err


def test_a_round_that_opens_while_an_import_runs_misses_nobody(street, tmp_path, capsys, monkeypatch):
    """Rows before and after the opening bear the same time, that at which the import began."""
    rows = [[f"补试{chr(ord('伟') + n)}", "", "", *NO_1, f"{1000 + n}"] for n in range(60)]
    real = imports.import_persons

    def between(progress: imports.Progress) -> None:
        if progress.read == 40:
            open_here(9, cast.minute(601))
            monkeypatch.setattr(clock, "now", lambda: cast.minute(602))

    monkeypatch.setattr(
        imports, "import_persons", lambda *a, **given: real(*a, **given | {"chunk": 20, "progress": between})
    )
    assert run(write(tmp_path / "长.csv", *rows), "--json") == 0
    told, people = json.loads(capsys.readouterr().out), ids()
    taken = [people[name] for name in people if name.startswith("补试")]
    assert len(taken) == 60 and all(owes(person, 9) for person in taken)
    assert {"round": 9, "added": 20, "out_of_scope": 0} in told["joined"]


def test_who_moves_into_a_round_owes_it(street, tmp_path, capsys):
    """She lived in the next street before the round was opened; the round is this street's."""
    number = "31990419880506007"
    number += check_character(number)
    imports.import_persons(
        write(tmp_path / "名册.csv", ["迁试甲", "13900004009", number, *NEXT, "801"]), tmp_path, cast.minute(-2000)
    )
    person = ids()["迁试甲"]
    open_here(9, cast.minute(540))
    assert not owes(person, 9)
    assert run(write(tmp_path / "迁入.csv", ["迁试甲", "13900004009", number, *NO_1, "801"]), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["changed"] == 1
    assert {"round": 9, "added": 1, "out_of_scope": 0} in told["joined"] and owes(person, 9)


def test_the_page_says_whom_a_decision_added(street, tmp_path):
    imports.import_persons(
        write(tmp_path / "学校.csv", ["王桂方", "13900003006", "", *NO_1, "101"]), tmp_path, cast.minute(599)
    )
    client = browser()
    assert "补录应检 1 人，不在应检范围 0 人" in press(client, "two") and owes(ids()["王桂方"])
    client.cookies["bulou_language"] = "en"
    assert "added after opening" not in client.get("/roster/doubts").content.decode()


def test_who_is_two_people_again_owes_the_round_that_was_opened_meanwhile(street, monkeypatch):
    found = Entry(cast.AYI, 1, "person.found", cast.minute(590), cast.NO_1, {
        "campaign": cast.ROUND, "name": "王桂芳", "stairwell": "1", "door": "101",
    })  # fmt: skip
    posting.settle([posting.Sent(cast.AYI, [Report.of(found)])], cast.minute(591))
    client, twice = browser(), found_id(cast.AYI, 1)
    assert "补录应检" not in press(client, "same")
    open_here(9, NOW)
    assert not owes(twice, 9)
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=1))
    assert "补录应检 1 人" in press(client, "back") and owes(twice, 9)


def browser() -> Client:
    client = Client()
    client.force_login(User.objects.get(username="street"))
    client.cookies["bulou_language"] = "zh-hans"
    return client


def press(client: Client, decision: str) -> str:
    """Press a button of the only doubt; return the page that follows."""
    number = re.search(r'name="doubt" value="(\d+)"', client.get("/roster/doubts").content.decode())
    assert number
    return client.post("/roster/doubts", {"doubt": number[1], "decision": decision}, follow=True).content.decode()


def open_here(campaign: int, at: datetime) -> None:
    """Open a round of the street."""
    journal, _ = journals.enrol(f"round {campaign}", "desk", (span(cast.STREET),), at, at + timedelta(days=1))
    open_round(campaign, f"第 {campaign} 轮", cast.STREET, journal, at, at)


def test_an_import_that_was_killed_before_it_was_done_leaves_nobody_out(street, tmp_path):
    """It wrote its people and never came to have them join; who serves the installation follows its record."""
    joining = Joining()
    joining.look()
    file = write(tmp_path / "police.csv", *NEWCOMERS)
    imports.import_persons(file, tmp_path, NOW)
    newcomers = [person for name, person in ids().items() if name.startswith("补试")]
    assert len(newcomers) == 2 and not any(map(owes, newcomers))
    with imports.Alone("default"):
        assert imports.running()
        assert joining.look() == {}, "an import that is at work has them join itself"
    assert not imports.running()
    assert joining.look() == {cast.ROUND: 2}
    assert all(map(owes, newcomers))
    assert joining.look() == {}
