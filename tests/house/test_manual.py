"""The manual is true: its reference is what the code prints, its settings are those that exist, its links lead on."""

import os
import re
import subprocess
import sys
from collections import defaultdict

import pytest
from django.utils.translation import override

from bulou.config import environment, translations
from bulou.config.rooms import catalogued
from bulou.desk.abilities import PAGES, ROLES, SIGNED_IN
from bulou.desk.navigation import rail
from bulou.ui.room import works
from tests.house.tree import ROOT, files, name_of


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """The reference as the code prints it now, in an environment without settings of its own."""
    folder = tmp_path_factory.mktemp("reference")
    bare = {name: value for name, value in os.environ.items() if not name.startswith("BULOU_")}
    subprocess.run([sys.executable, "-m", "bulou.config.docs", str(folder)], cwd=ROOT, env=bare, check=True)
    return {file.name: file.read_text("utf-8") for file in folder.iterdir()}


def test_the_reference_is_current(printed):
    """`make docs` prints it anew."""
    kept = {file.name: file.read_text("utf-8") for file in (ROOT / "docs" / "reference").glob("*.md")}
    assert sorted(kept) == sorted(printed)
    # The texts of argparse differ between Python versions.
    old = [name for name in kept if kept[name] != printed[name] and not (name == "command-line.md" and newer())]
    assert old == [], "run `make docs`"


def newer() -> bool:
    return sys.version_info >= (3, 13)


def test_every_setting_is_documented_in_both_languages():
    page = (ROOT / "docs" / "reference" / "settings.md").read_text("utf-8")
    for variable in environment.TABLE:
        assert f"`{variable.name}`" in page
        assert re.search(r"[\u4e00-\u9fff]", variable.zh), variable.name
        assert variable.en and not re.search(r"[\u4e00-\u9fff]", variable.en), variable.name


def test_every_setting_that_is_read_exists():
    """A name in the code that the table does not have would be a setting that nobody can find; tests' own are none."""
    named = re.compile(r"[\"'](BULOU_[A-Z_]+)[\"']")
    unknown = {
        f"{name_of(path)}: {name}"
        for path in files(".py", under=("src",))
        for name in named.findall(path.read_text("utf-8"))
        if name not in environment.NAMES and name not in environment.TESTS
    }
    assert unknown == set()


def test_every_role_is_told_what_it_does_here():
    """One heading a role, in the table's order, and under it the entries of the rail that the table opens to it."""
    text = (ROOT / "docs" / "how-to" / "by-role.md").read_text("utf-8")
    told = {
        part.split("\n")[0]: re.search(r"^\*Opens:\* (.*)$", part, re.MULTILINE) for part in text.split("\n## ")[1:]
    }
    assert list(told) == [f"{role.en} {role.zh}" for role in ROLES.values()]
    for role in ROLES.values():
        opens = []
        for entry in rail():
            need = PAGES.get(entry.url_name)
            if need == SIGNED_IN or need in role.abilities:
                with override("en"):
                    opens.append(f"{entry.title} ")
                with override("zh-hans"):
                    opens[-1] += str(entry.title)
        said = told[f"{role.en} {role.zh}"]
        assert said and said[1] == ", ".join(opens), role.name


def screens() -> dict[str, set[str]]:
    """The English of each Chinese text of the desk."""
    english = defaultdict(set)
    for room in catalogued():
        for message in translations.read(room):
            english[message.id].add(str(message.string).casefold())
    for work in works().values():
        for act in work.acts:
            english[act.zh].add(act.en.casefold())
    return english


def test_the_glossary_calls_the_pages_as_they_call_themselves():
    text = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    table = text.split("## Pages of the desk")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| `([^`]+)` \|", table, re.MULTILINE)
    english = screens()
    assert {name for _, _, name in rows} <= set(PAGES)
    assert [row for row in rows if row[0].casefold() not in english[row[1]]] == []
    assert len(rows) > 10


def test_the_manual_calls_what_is_on_screen_as_the_screen_does():
    """What stands as *English 中文* in a how-to or the tutorial is on a screen, and its English is the catalogue's."""
    code = [*files(".html", ".py", under=("src",)), *files(".ts", ".tsx", under=("phone/src", "web/src"))]
    said, english = "".join(path.read_text("utf-8") for path in code), screens()
    named = re.compile(r"(?<!\*)\*([A-Za-z][^*\u4e00-\u9fff]*)\s([\u4e00-\u9fff][^*A-Za-z]*)\*(?!\*)")
    wrong = []
    for path in [file for folder in ("how-to", "tutorial") for file in (ROOT / "docs" / folder).glob("*.md")]:
        for en, zh in named.findall(path.read_text("utf-8")):
            if zh not in said or (zh in english and " ".join(en.split()).casefold() not in english[zh]):
                wrong.append(f"{path.name}: {en} {zh}; {english.get(zh, 'no screen says this')}")
    assert not wrong, "\n".join(wrong)


def pages() -> list:
    return [ROOT / name for name in ("README.md", "README.zh.md", "ARCHITECTURE.md", "CONTRIBUTING.md")] + files(
        ".md", under=("docs",)
    )


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_every_file_that_a_page_names_exists(page):
    """Links, and names in backticks that look like a path of this repository."""
    text = page.read_text("utf-8")
    links = [link.partition("#")[0] for link in re.findall(r"\]\((?!https?:|mailto:|#)([^)\s]+)\)", text)]
    broken = [link for link in links if link and not (page.parent / link).exists()]
    paths = re.findall(r"`((?:src|tests|docs|benchmarks|examples|phone)/[\w./-]+\.\w+)`", text)
    paths += [
        f"src/bulou/{path}" for path in re.findall(r"`((?:\w+/)+\w+\.(?:py|sql))`", text) if path.split("/")[0] in ROOMS
    ]
    assert broken + [path for path in paths if not (ROOT / path).exists()] == []


ROOMS = {path.name for path in (ROOT / "src" / "bulou").iterdir() if path.is_dir()}
