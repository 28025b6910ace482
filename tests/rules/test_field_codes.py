"""Codes of other systems are read from a file; what a phone could not use is refused with its place and the reason."""

from pathlib import Path

import pytest

from bulou.field.codes import Wrong, load
from tests.house.tree import ROOT

GOOD = {"name": "a", "zh": "码", "en": "code", "pattern": "^A([0-9]+)$", "target": "tube", "map": "label"}


def written(folder: Path, *codes: dict[str, str]) -> Path:
    path = folder / "codes.toml"
    rows = ["[[code]]\n" + "\n".join(f"{name} = '{value}'" for name, value in code.items()) for code in codes]
    path.write_text("\n".join(rows), "utf-8")
    return path


def test_the_example_can_be_used() -> None:
    assert [(code.target, code.map) for code in load(ROOT / "examples" / "codes.toml")] == [
        ("person", "person_id"), ("tube", "label"), ("card", "id_number"),
    ]  # fmt: skip


def test_codes_come_in_their_order(tmp_path: Path) -> None:
    assert [code.name for code in load(written(tmp_path, GOOD | {"name": "b"}, GOOD))] == ["b", "a"]
    assert load(written(tmp_path)) == ()


@pytest.mark.parametrize(("changed", "said"), [
    ({"pattern": "^A[0-9]+$"}, "one group"), ({"pattern": "^(A)([0-9]+)$"}, "one group"), ({"pattern": "^A("}, "read"),
    ({"pattern": "^(?P<n>A)$"}, "JavaScript"), ({"pattern": "(?i)^(A)$"}, "JavaScript"),
    ({"pattern": r"\A(A)"}, "JavaScript"),
    ({"pattern": "^(A++)$"}, "JavaScript"), ({"target": "person"}, "maps to"), ({"target": "door"}, "target"),
    ({"map": "id_number"}, "maps to"), ({"name": "A b"}, "name"), ({"zh": ""}, "zh"), ({"more": "1"}, "more"),
])  # fmt: skip
def test_what_a_phone_could_not_use_is_refused(tmp_path: Path, changed: dict[str, str], said: str) -> None:
    with pytest.raises(Wrong, match=said):
        load(written(tmp_path, GOOD | changed))


def test_patterns_that_both_read_alike_are_taken(tmp_path: Path) -> None:
    for pattern in (r"^(?:A|B)(\d+)$", r"^(?=A)A(.+)$", r"(?<=A)(\d{2,3})", r"^\(+(a+)$"):
        assert load(written(tmp_path, GOOD | {"pattern": pattern}))[0].pattern == pattern


def test_a_name_stands_once_and_the_file_exists(tmp_path: Path) -> None:
    with pytest.raises(Wrong, match="twice"):
        load(written(tmp_path, GOOD, GOOD))
    with pytest.raises(Wrong, match="nowhere"):
        load(tmp_path / "nowhere.toml")
    (tmp_path / "codes.toml").write_bytes(b"\xff")
    with pytest.raises(Wrong):
        load(tmp_path / "codes.toml")
