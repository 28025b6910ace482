"""Steps that are declared: what they accept, what they say to the books, and what cannot be declared."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulou.ledger.effects import Entry
from bulou.ledger.refusals import Refused
from bulou.ledger.rules import JournalFacts, expand
from bulou.ledger.scope import EVERYWHERE
from bulou.ledger.steps import Choice, Field, Step, due_of, entry_kind, problems
from bulou.ledger.vocabulary import Act, Authority, DutyKind, Registry, Stage, Subject
from tests import cast

KIND = DutyKind(
    90, "request", Subject.HOUSEHOLD, "诉求", "request",
    (Stage("open", "待受理", "open"), Stage("taken", "已受理", "taken"), Stage("answered", "已答复", "answered"),
     Stage("closed", "已办结", "closed", not_by="answered")),
    took_part=1, variants=("", "food", "medicine"), values=("", "helped", "not_helped"), goes_back=True,
)  # fmt: skip
KINDS = (Choice("food", "食品", "food"), Choice("medicine", "药品", "medicine"))
WHAT = Field("what", "choice", "何事", "what", choices=KINDS, books="variant")
DRUG = Field("drug", "text", "药名", "medicine", when=("what", ("medicine",)))
DUE = Field("due", "time", "限期", "due", required=False, books="due")
OPENED = Step("request.opened", "提出诉求", "request made", "opens", fields=(WHAT, DRUG, DUE), many=True)
ANSWERED = Step(
    "request.answered", "答复", "answered", "advances", to="answered",
    fields=(Field("how", "choice", "结果", "outcome", choices=(Choice("helped", "已解决", "helped"),), books="value"),),
)  # fmt: skip
BACK = Step("request.back", "退回重办", "sent back", "returns", to="taken")
DESK = JournalFacts(5, "desk", EVERYWHERE, cast.DAWN, cast.minute(9000))


def said(step: Step, **body):
    registry = Registry()
    registry.add(duties=(KIND,), entries=(entry_kind(step, KIND),))
    entry = Entry(5, 7, step.name, cast.minute(5), cast.NO_1, {"campaign": 3, "subjects": [41], **body})
    return expand(entry, DESK, registry)


def refusal(step: Step, **body) -> tuple[int, str]:
    with pytest.raises(Refused) as caught:
        said(step, **body)
    return caught.value.code, caught.value.field


def test_a_step_that_opens_owes_the_duty_under_an_occasion_of_its_own():
    (line,) = said(OPENED, what="food", due=cast.minute(60).isoformat()).lines
    assert (line.act, line.key.subject, line.variant, line.due) == (Act.OWE, 41, 1, cast.minute(60))
    assert line.key.occasion > 2**52 and line.authority is Authority.PLACE


def test_a_step_advances_with_its_outcome_or_takes_back():
    (line,) = said(ANSWERED, how="helped", occasion=77).lines
    assert (line.act, line.stage, line.value, line.key.occasion) == (Act.ADVANCE, 2, 1, 77)
    (line,) = said(BACK, occasion=77).lines
    assert (line.act, line.stage) == (Act.RETURN, 1)


def test_a_conditional_field_is_asked_only_where_its_condition_holds():
    assert refusal(OPENED, what="medicine") == (102, "drug")
    assert refusal(OPENED, what="food", drug="胰岛素") == (103, "drug")
    assert said(OPENED, what="medicine", drug="胰岛素").lines


def test_wrong_values_are_refused_with_their_field():
    assert refusal(OPENED, what="money")[0] == 103
    assert refusal(OPENED) == (102, "what")
    assert refusal(OPENED, what="food", more=1)[0] == 103
    assert refusal(OPENED, what="medicine", drug="x" * 201)[0] == 116
    assert refusal(OPENED, what="food", due="2022-04-03T22:00:00")[1] == "due"


@pytest.mark.parametrize(
    ("step", "where"),
    [
        (replace(ANSWERED, to="gone"), "to"),
        (replace(ANSWERED, does="hopes"), "does"),
        (replace(ANSWERED, to="open"), "to"),
        (replace(OPENED, fields=(replace(WHAT, type="colour"),)), "fields.what"),
        (replace(OPENED, fields=(DRUG,)), "fields.drug"),
        (replace(OPENED, fields=(WHAT, WHAT)), "fields.what"),
        (replace(OPENED, fields=(replace(WHAT, choices=(Choice("gold", "", ""),)),)), "fields.what"),
        (replace(OPENED, fields=(replace(DUE, type="text"),)), "fields.due"),
        (replace(OPENED, fields=(Field("campaign", "int", "", ""),)), "fields.campaign"),
    ],
)
def test_what_cannot_be_declared_is_said(step, where):
    assert where in [place for place, _ in problems(step, KIND)]
    with pytest.raises(ValueError, match=where.split(".")[-1]):
        entry_kind(step, KIND)


@given(order=st.permutations(["what", "drug", "due", "occasion", "more"]))
def test_of_several_faults_the_same_one_is_told_however_the_fields_are_ordered(order: list[str]) -> None:
    """What is stored has its fields in order; whoever reads it back must refuse it for the same reason."""
    wrong = {"what": 7, "drug": 8, "due": 9, "occasion": "x", "more": 1}
    assert refusal(OPENED, **{name: wrong[name] for name in order}) == refusal(OPENED, **dict(sorted(wrong.items())))


def test_a_time_of_its_own_by_variant_is_filled_in_by_whoever_writes() -> None:
    step = replace(OPENED, within={"food": 60})
    assert due_of(step, {"what": "food"}, cast.DAWN) == {"due": cast.minute(60).isoformat()}
    assert due_of(step, {"what": "medicine"}, cast.DAWN) == due_of(OPENED, {"what": "food"}, cast.DAWN) == {}
    assert due_of(step, {"what": "food", "due": "2022-04-04T08:00:00Z"}, cast.DAWN) == {}
    wrong = list(problems(replace(step, within={"gold": 1}), KIND))
    assert [where for where, _ in wrong] == ["within"] and "gold" in wrong[0][1]
    assert "within" in [where for where, _ in problems(replace(step, fields=(WHAT,)), KIND)]
