"""Files stay small, SQL is named and described, and nothing of one machine gets into the repository."""

import re

import pytest

from tests.house.tree import ROOT, SOURCE, files, name_of

LIMIT = 400
GENERATED = re.compile(r"/migrations/\d{4}_|^examples/.*\.csv$|/static/.*\.min\.|^docs/reference/")


def lines(path) -> int:
    return path.read_text("utf-8").count("\n")


def test_files_stay_small(capsys):
    counted = sorted(
        ((lines(path), name_of(path)) for path in files(".py", ".sql", ".ts", ".tsx", ".css", ".js", ".html")),
        reverse=True,
    )
    counted = [row for row in counted if not GENERATED.search(row[1])]
    with capsys.disabled():
        print("\nlongest files: " + ", ".join(f"{name} {n}" for n, name in counted[:5]))
    assert [row for row in counted if row[0] > LIMIT] == []


@pytest.mark.parametrize("path", files(".sql", under=("src",)), ids=name_of)
def test_each_statement_is_named_and_described(path):
    head, *blocks = path.read_text("utf-8").split("-- name: ")
    assert all(not row.strip() or row.startswith("--") for row in head.splitlines()), "a statement without a name"
    assert blocks, "a file without statements"
    names = [block.partition("\n")[0].strip() for block in blocks]
    assert len(set(names)) == len(names)
    bare = [name for name, block in zip(names, blocks, strict=True) if not _described(block)]
    assert bare == [], "statements without a describing comment below their name"


def _described(block: str) -> bool:
    rest = block.partition("\n")[2].lstrip("\n")
    return re.match(r"-- \S", rest) is not None


# Put together from parts, so that this file does not find itself.
FORBIDDEN = {
    "a path of one machine": r"/(?:home|root|Users)/[a-z]|/wo" + r"rk/(?:main|shared|dev)|/tmp/bul" + "ou",
    "a registry's host": r"py" + r"pi\.org|files\.python" + r"hosted|registry\.npm" + r"js|deb\.deb" + r"ian\.org",
    "a mirror or index option": r"--(?:extra-)?index-" + r"url |--find-" + r"links |trusted-" + r"host",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_nothing_of_one_machine(what):
    pattern = re.compile(FORBIDDEN[what])
    text = (".py", ".sql", ".md", ".toml", ".yml", ".yaml", ".html", ".js", ".ts", ".css", ".lock", ".json", ".csv")
    found = [
        f"{name_of(path)}: {hit.group()}"
        for path in files(*text, "")
        if path.name not in {"Makefile", ".git", "LICENSE"} and path.parent.name != ".git"
        for hit in [pattern.search(path.read_text("utf-8", errors="replace"))]
        if hit
    ]
    assert found == []


def test_no_clock_in_statements():
    """Time is a parameter: an exercise has its own clock, and a late batch must not differ from an early one."""
    clock = re.compile(r"\b(now\(\)|current_timestamp|current_date|clock_timestamp|localtimestamp)", re.IGNORECASE)
    found = [
        f"{name_of(path)}:{number}"
        for path in files(".sql", under=("src",))
        for number, row in enumerate(path.read_text("utf-8").splitlines(), 1)
        if clock.search(row.partition("--")[0])
    ]
    assert found == []


def test_each_dependency_says_why_it_is_there():
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    bare = [
        row.strip()
        for row in text.splitlines()
        if re.match(r'\s+"[a-z][\w\[\]-]*(~=|>=|==)', row) and "  # " not in row
    ]
    assert bare == []


def test_each_module_has_a_docstring_that_ends_its_sentence():
    short = []
    for path in files(".py", under=("src",)):
        text = path.read_text("utf-8")
        if text.strip() and "/migrations/" not in name_of(path):
            first = re.match(r'(?:#.*\n)*r?"""(.+)', text)
            if not first or not first.group(1).strip('" ').endswith((".", ":", "?", "。")):
                if first and not first.group(1).endswith('"""'):
                    continue  # the sentence goes on in the next line
                short.append(name_of(path))
    assert short == []


def test_every_room_is_a_package():
    rooms = [path for path in SOURCE.iterdir() if path.is_dir() and any(path.glob("*.py"))]
    assert [room.name for room in rooms if not (room / "__init__.py").exists()] == []
