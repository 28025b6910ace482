"""A kind of duty from a file of the data folder: there after the next start, on the desk, in the pack, and verified."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bulou.config import command
from tests.house.tree import ROOT

FILE = ROOT / "examples" / "programmes" / "measles.toml"
#: Played in a process of its own: what a file declares is there from the start of a process on.
DAY = """
import json, re, sys
from bulou.config import database
from bulou.config.connections import Urls
urls = Urls(*sys.argv[1:3])
database.bind(urls)
database.migrate(urls)
from django.test import Client
from django.contrib.auth.models import User
from tests import cast, desk_street as street
from tests.transfer import desk, said
from bulou.ledger.models import Campaign, Duty
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
street.settle()
out = {}
browser = desk("command", cast.DISTRICT)
sent = {"step": "sure", "area": cast.ESTATE, "name": "补种", "n": 8}
out["begun"] = "已开始" in said(browser.post("/work/dose/cover", sent, follow=True))
rows = re.findall(r'name="row" value="([^"]+)"', said(browser.get("/work/dose")))
sent = {"act": "given", "row": rows[:2], "step": "sure", "f_result": "all_dosed", "f_children": 2, "f_doses": 1}
out["given"] = "已登记“上门补种”：2 条" in said(browser.post("/work/dose/act", sent, follow=True))
sent = {"subject": str(cast.ESTATE), "step": "sure", "f_why": "suspicion"}
out["opened"] = "已登记“安排评估”" in said(desk("inspector").post("/work/monitor/new", sent, follow=True))
page = said(desk("street", language="en").get("/work/monitor"))
out["english"] = "Monitoring" in page and "children may have been missed" in page
with scoped(EVERYWHERE):
    out["doses"] = [Duty.objects.filter(kind=201, outcome=n).count() for n in (0, 1)]
    out["programme"] = Campaign.objects.filter(id=2_000_001, kind="standing").count()
from bulou.field import works
out["carried"] = "dose" in [one["kind"] for one in works.declared("volunteer")]
out["verify"] = [one.en for one in verify("owner")]
print(json.dumps(out))
"""


def test_a_file_of_the_data_folder_is_a_kind_like_any_other(cluster, clone, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    (folder / "programmes").mkdir(parents=True)
    shutil.copy(FILE, folder / "programmes")
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("BULOU_", "DJANGO_"))}
    with clone() as urls:
        done = subprocess.run(
            [sys.executable, "-c", DAY, urls.application, urls.owner or ""], cwd=ROOT, capture_output=True, text=True,
            env=bare | {"BULOU_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "bulou.config.settings",
                        "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"},
        )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "begun": True, "given": True, "opened": True, "english": True, "doses": [6, 2], "programme": 1,
        "carried": True, "verify": [],
    }  # fmt: skip


def run(capsys: pytest.CaptureFixture[str], *given: object) -> tuple[int, str, str]:
    status = command.main([str(one) for one in given])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_the_command_names_each_fault_and_its_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, out, _ = run(capsys, "programme", "check", FILE, "--json", "--data", tmp_path)
    assert status == 0 and json.loads(out) == {"file": str(FILE), "ok": True, "problems": []}
    wrong = tmp_path / "wrong.toml"
    text = FILE.read_text("utf-8").replace("code = 201", "code = 5").replace('ability = "rounds"', 'ability = "magic"')
    wrong.write_text(text, "utf-8")
    status, out, _ = run(capsys, "programme", "check", wrong, "--json", "--data", tmp_path)
    (one,) = json.loads(out)["problems"]
    assert status == 1 and one["expected"] == "200 to 299" and one["found"] == "5" and one["field"] == "kind[1].code"
    assert text.split("\n")[one["line"] - 1] == "code = 5"
    wrong.write_text(text.replace("code = 5", "code = 201"), "utf-8")
    status, out, _ = run(capsys, "programme", "check", wrong, "--data", tmp_path)
    assert status == 1 and "magic; expected one of board" in out


def test_a_file_that_cannot_be_used_ends_the_start_with_one_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    (folder / "programmes").mkdir(parents=True)
    (folder / "programmes" / "bad.toml").write_text("name = 7\n", "utf-8")
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("BULOU_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-m", "bulou.config.command", "verify", "--data", str(folder)],
        env=bare | {"LANG": "en_US.UTF-8"}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 2 and "bad.toml: line 1" in done.stderr and "programme check" in done.stderr
    assert "Traceback" not in done.stderr
