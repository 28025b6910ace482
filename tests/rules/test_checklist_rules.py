"""Checklists as data and as XLSForm: what is read, what is left out and named, what comes back unchanged."""

from __future__ import annotations

import pytest

from bulou.oversight import checklists, xlsform
from bulou.oversight.samples import shipped

HEAD = ["type", "name", "label", "label::English (en)", "required", "relevant", "finding", "severity", "hours"]
CHOICES = [["list_name", "name", "label"], ["yn", "yes", "是"], ["yn", "no", "否"]]
GATE = ["select_one yn", "gate", "有人值守", "Staffed", "yes", "", "no", "grave", "4"]


def sheets(*rows: list[str]) -> dict[str, list[list[str]]]:
    return {"survey": [HEAD, *rows], "choices": CHOICES, "settings": [["form_title", "form_id"], ["卡口", "gate"]]}


@pytest.mark.parametrize("form", shipped(), ids=lambda form: form.name)
def test_what_is_shipped_is_whole_and_goes_out_and_in_unchanged(form: checklists.Form) -> None:
    assert checklists.problems(form) == []
    found = xlsform.read(xlsform.write(form, 1))
    assert (found.form, found.faults) == (form, ())
    assert checklists.form_of(checklists.plain(form)) == form


def test_rows_with_faults_are_named_and_the_rest_is_taken() -> None:
    found = xlsform.read(sheets(
        GATE,
        ["geopoint", "where", "位置"],
        ["select_one nowhere", "which", "哪个"],
        ["text", "why", "为什么", "", "", "${gate} = 'no'"],
        ["text", "gate", "又一个"],
        ["text", "sum", "算", "", "", "${gate} + 1 > 2"],
        ["begin_repeat", "each", "逐个"], ["text", "inner", "里面"], ["end_repeat"],
        ["select_one yn", "wrong", "填错", "", "", "", "maybe", "huge", "x"],
    ))  # fmt: skip
    assert found.form and [one.name for one in found.form.questions] == ["gate", "why", "wrong"]
    assert [(one.row, one.why) for one in found.faults] == [
        (3, "type"), (4, "list"), (6, "name"), (7, "relevant"), (8, "repeat"), (9, "within"),
        (11, "values"), (11, "severity"), (11, "hours"),
    ]  # fmt: skip
    gate, why, wrong = found.form.questions
    assert (gate.finding, gate.severity, gate.hours, gate.required) == (("no",), "grave", 4, True)
    assert why.when == ("gate", ("no",)) and wrong.finding == ()


@pytest.mark.parametrize(
    ("relevant", "values"),
    [
        ("${gate} = 'no'", ("no",)), ("${gate} != 'no'", ("yes",)), ("selected(${gate}, 'no')", ("no",)),
        ("not(selected(${gate}, 'no'))", ("yes",)), ("${gate}='no' or ${gate}='yes'", ("no", "yes")),
    ],
)  # fmt: skip
def test_simple_conditions_are_read(relevant: str, values: tuple[str, ...]) -> None:
    found = xlsform.read(sheets(GATE, ["text", "why", "为什么", "", "", relevant]))
    assert found.form and found.form.questions[1].when == ("gate", values) and not found.faults


@pytest.mark.parametrize("given", [{}, {"survey": []}, {"survey": [HEAD]}, sheets(), sheets(["note", "n", "只有说明"])])
def test_a_workbook_without_a_question_is_none(given: dict[str, list[list[str]]]) -> None:
    found = xlsform.read(given)
    assert found.form is None and found.faults


def test_an_answer_that_is_a_finding_says_what_how_grave_whose_and_until_when() -> None:
    form = xlsform.read(sheets(GATE, ["text", "why", "为什么", "", "", "${gate} = 'no'"])).form
    assert form and checklists.found(form, {"gate": "yes"}) == []
    (one,) = checklists.found(form, {"gate": "no", "what_gate": "东门无人"})
    assert (one.what, one.severity, one.owner, one.due) == ("东门无人", "grave", "", "")
    assert checklists.minutes(one.question, "grave") == 240 and checklists.minutes(one.question, "minor") == 3 * 1440
    asked = {field.name for _question, own in checklists.fields_of(form) for field in own}
    assert asked == {"gate", "what_gate", "grave_gate", "owner_gate", "due_gate", "why"}
