"""Every setting is in the one table, in both languages, read in one place, and nothing in the table is unused."""

import ast
import re
from pathlib import Path

import bulou
from bulou.config.environment import TABLE, TESTS

ROOT = Path(bulou.__file__).parent
CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: The folder is handed on in the environment: whoever works in it asks where it is.
HANDED_ON = "BULOU_DATA"


def used() -> set[str]:
    found: set[str] = set()
    for file in ROOT.rglob("*.py"):
        if file != ROOT / "config" / "environment.py":
            found |= set(re.findall(r"\bBULOU_[A-Z_]*[A-Z]\b", file.read_text()))
    return found


def test_code_and_table_name_the_same_variables():
    assert not TESTS & used()
    assert used() == {variable.name for variable in TABLE}


def test_each_is_explained_in_zh_and_en():
    for variable in TABLE:
        for zh, en in ((variable.zh, variable.en), (variable.form.zh, variable.form.en)):
            assert CHINESE.search(zh), variable.name
            assert re.search(r"[a-z]", en), variable.name
        assert not CHINESE.search(variable.en), variable.name


def test_a_default_is_a_value_that_its_form_takes():
    for variable in TABLE:
        if variable.default:
            variable.form.read(variable.default)


def test_the_environment_is_read_in_one_place():
    """A setting that a room reads for itself is one that nobody has checked."""
    reading = []
    for file in ROOT.rglob("*.py"):
        if (ROOT / "config") in file.parents:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            word = str(node.value) if isinstance(node, ast.Constant) else ""
            if re.fullmatch(r"BULOU_[A-Z_]+", word) and word != HANDED_ON:
                reading.append(f"{file.relative_to(ROOT)}: {word}")
    assert reading == []


def test_secrets_are_marked():
    secret = {variable.name for variable in TABLE if re.search("KEY|DATABASE_URL|OWNER_URL|PASSWORD", variable.name)}
    assert secret == {variable.name for variable in TABLE if variable.secret}
