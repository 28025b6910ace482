"""Files that declare kinds of duty: what they make, and each fault with its line."""

from __future__ import annotations

import pytest

from bulou.programmes.lines import line_at, lines_of
from bulou.programmes.loading import read
from tests.house.tree import ROOT

TEXT = (ROOT / "examples" / "programmes" / "measles.toml").read_text("utf-8")


def test_the_example_makes_two_kinds_like_those_of_rooms() -> None:
    made, problems = read(TEXT)
    assert problems == [] and made is not None
    dose, monitor = made.works
    assert (dose.covered, dose.programme, dose.duty.code, dose.cover.en) == (True, None, 201, "Begin a catch-up")
    assert monitor.opening and monitor.opening.within == {"routine": 2880, "suspicion": 720}
    assert monitor.duty.not_by == (-1, -1, 1) and monitor.duty.variants == ("", "routine", "suspicion")
    children = dose.step("dose.given").fields[1]
    assert children.when == ("result", ("all_dosed", "some_dosed")) and children.least == 1
    assert {kind.name for kind in made.kinds} == {
        "dose.given", "monitor.opened", "monitor.looked", "monitor.settled",
    }  # fmt: skip


FAULTS = {
    "a number as text": ("code = 201", 'code = "201"', "kind[1].code", "a whole number"),
    "a code of the house": ("code = 201", "code = 31", "kind[1].code", "200 to 299"),
    "a subject that is none": ('subject = "area"', 'subject = "shop"', "kind[2].subject", "one of person, household"),
    "a key that is none": ('zh = "麻疹补种"\nen = "measles', 'colour = "x"\nzh = "x"\nen = "m', "colour", "one of zh"),
    "no such stage": ('to = "visited"', 'to = "gone"', "kind[1].step[1].to", "has no stage gone"),
    "no such part": ('took_part = "looked"', 'took_part = "gone"', "kind[2].took_part", "one of looked, settled"),
    "no such mark": ('mark = "refused"', 'mark = "refusal"', "kind[1].reason[3].mark", "one of deferred, refused"),
    "no such type": ('type = "text"', 'type = "colour"', "kind[1].step[1].field[4].type", "one of text, long"),
    "a field nobody asks": ('source = "last.doses"', 'source = "last.dozes"', "kind[1]", "no step has a field dozes"),
    "an act without its step": ('step = "dose.given"', 'step = "dose.gone"', "kind[1]", "no step dose.gone"),
    "a number of a round": ("id = 2_000_001", "id = 7", "kind[2].programme.id", "2000000 to"),
    "a later pair of eyes": ('not_by = "looked"', 'not_by = "seen"', "kind[2].stage[3].not_by", "an earlier stage"),
    "a danger that is none": ('dangers = ["suspicion"]', 'dangers = ["fire"]', "kind[2].dangers", "one of routine"),
    "a condition on nothing": ('when = {verdict = ["repeat"]}', 'when = {fate = ["x"]}', "field[5]", "names fate"),
    "no words": ('en = "doses owed"\n', "", "kind[1]", "a value for en"),
    "not TOML": ("code = 201", "code = = 201", "", "valid TOML"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_named_with_its_line_and_what_was_expected(name: str) -> None:
    old, new, field, expected = FAULTS[name]
    assert TEXT.count(old) >= 1
    text = TEXT.replace(old, new, 1)
    made, problems = read(text)
    assert made is None and len(problems) == 1, problems
    (one,) = problems
    assert one.field.endswith(field) and expected in one.expected, one
    changed = next(n for n, (a, b) in enumerate(zip(text.split("\n"), TEXT.split("\n"), strict=False), 1) if a != b)
    # What stands on the line itself is named there; what a table lacks, or has too much, where the table begins.
    table = max(n for n, row in enumerate(text.split("\n")[:changed], 1) if row.startswith("[[kind]]") or n == 1)
    assert table <= one.line <= changed, (one.line, changed)
    whole = field.endswith("]") or field in ("", "colour")
    assert whole or one.line == changed, (one.line, changed)


def test_all_faults_of_a_file_are_told_at_once() -> None:
    text = TEXT
    for name in ("a code of the house", "no such part", "no such mark", "a danger that is none"):
        text = text.replace(*FAULTS[name][:2], 1)
    assert len(read(text)[1]) >= 3


def test_lines_of_tables_keys_and_lists() -> None:
    found = lines_of('a = 1\n[t]\nb = """\nx = 2\n"""\n[[k]]\nn = 1\n[[k.s]]\n[[k.s]]\nm = 2\n[[k]]\n[[k.s]]\nm = 3\n')
    assert found[("a",)] == 1 and found[("t", "b")] == 3 and ("t", "x") not in found
    assert found[("k", 0, "s", 1, "m")] == 10 and found[("k", 1, "s", 0, "m")] == 13
    assert line_at(found, ("k", 1, "s", 0, "gone", 4)) == 12
