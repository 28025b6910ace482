"""Every setting is in the one table, in both languages, and nothing in the table is unused."""

import re
from pathlib import Path

import bulou
from bulou.config.environment import TABLE

ROOT = Path(bulou.__file__).parent


def used() -> set[str]:
    found: set[str] = set()
    for file in ROOT.rglob("*.py"):
        if file != ROOT / "config" / "environment.py":
            found |= set(re.findall(r"\bBULOU_[A-Z_]+\b", file.read_text()))
    return found


def test_code_and_table_name_the_same_variables():
    assert used() == {variable.name for variable in TABLE}


def test_each_is_explained_in_zh_and_en():
    for variable in TABLE:
        assert re.search(r"[\u4e00-\u9fff]", variable.zh), variable.name
        assert re.search(r"[a-z]", variable.en), variable.name
        assert not re.search(r"[\u4e00-\u9fff]", variable.en), variable.name
