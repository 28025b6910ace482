"""Whatever the access log keeps of a look or of a list that left has words: no clerk reads a program's name there."""

import ast
from collections.abc import Iterator

from bulou.people.vocabulary import record_words
from tests.house.tree import ROOT

#: Which argument of a call says what was looked at, or what left.
SAID = {"note_export": 1, "note_look": 2, "Sheet": 0}


def said() -> Iterator[tuple[str, str]]:
    """Yield (where, text) of each call that says so in plain."""
    for file in sorted((ROOT / "src" / "bulou").rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            at = SAID.get(name)
            # Of the lists of declared work, which name it so.
            if name == "look" and len(call.args) == 5 and isinstance(call.args[4], ast.Constant):
                yield f"{file.relative_to(ROOT)}:{call.lineno}", f"desk: work {ast.literal_eval(call.args[4])}"
            if at is None or len(call.args) <= at:
                continue
            for one in ast.walk(call.args[at]):
                if isinstance(one, ast.Constant) and isinstance(one.value, str) and not isinstance(one, ast.JoinedStr):
                    yield f"{file.relative_to(ROOT)}:{call.lineno}", one.value


def test_what_is_recorded_has_words():
    words = record_words()
    found = list(said())
    # A text put together is held by its parts: one of the codes has each of them.
    without = [(where, text) for where, text in found if not any(text.strip() in code for code in words)]
    assert len(found) > 15 and not without
