"""Laws of oversight: closed only by another's eyes, patterns in any order the same, forms come back whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bulou.ledger.steps import Choice
from bulou.oversight import checklists, directives, findings, xlsform
from bulou.oversight.checklists import Form, Question
from bulou.oversight.repeats import Told, repeats
from bulou.ui.room import Facts

NOW = datetime(2022, 4, 4, 8, 0, tzinfo=UTC)
people = st.integers(1, 3)
plain = st.text("甲乙丙abc123，", min_size=1, max_size=12).map(str.strip).filter(bool)


def facts(doers: dict[str, int], actor: int) -> Facts:
    return Facts("answered", 0, 0, "", "", None, None, doers, actor, NOW)


@given(people, people)
def test_nobody_judges_what_he_answered_himself(answered: int, actor: int) -> None:
    for module, stage in ((findings, "answered"), (directives, "reported")):
        barred = module.others_eyes(facts({stage: answered}, actor)) is not None
        assert barred == (answered == actor)
    assert findings.FINDING.not_by == (-1, -1, 1) and directives.DIRECTIVE.not_by == (-1, -1, -1, 2)


told = st.builds(
    Told, area=st.integers(1, 3), unit=st.integers(0, 2), topic=st.sampled_from(["gate", "care"]),
    at=st.integers(-30, 0).map(lambda days: NOW + timedelta(days=days)), severity=st.just("minor"), open=st.booleans(),
    key=st.tuples(st.just(1), st.integers(1, 9), st.integers(1, 10**6)),
)  # fmt: skip


@given(st.lists(told, max_size=20, unique_by=lambda one: one.key), st.randoms(use_true_random=False))
def test_patterns_are_the_same_in_any_order_and_count_each_finding_once(found: list[Told], random: Any) -> None:
    first = repeats(found, NOW)
    mixed = found[:]
    random.shuffle(mixed)
    assert repeats(mixed, NOW) == first
    keys = [key for one in first for key in one.keys]
    assert len(keys) == len(set(keys)), "of one finding there is one pattern"
    assert all(one.times == len(one.keys) >= 2 and one.open <= one.times for one in first)
    assert all(one.first >= NOW - timedelta(days=14) for one in first)


@st.composite
def forms(draw: st.DrawFn) -> Form:
    """A checklist as somebody could write it."""
    out: list[Question] = []
    for n in range(draw(st.integers(1, 6))):
        type_ = draw(st.sampled_from(checklists.TYPES[:-1]))
        names = draw(st.lists(st.sampled_from(["yes", "no", "na", "c_1"]), min_size=1, max_size=4, unique=True))
        choices = tuple(Choice(name, draw(plain), draw(plain)) for name in names) if "choice" in type_ else ()
        before = [one for one in out if one.choices]
        asked = draw(st.sampled_from(before)) if before and draw(st.booleans()) else None
        wrong = (draw(st.sampled_from(names)),) if choices and draw(st.booleans()) else ()
        section = draw(st.sampled_from(["", "卡口", "采样"]))
        out.append(Question(
            f"q_{n}", type_, draw(plain), draw(plain), draw(plain), draw(plain),
            required=type_ != "photo" and draw(st.booleans()), choices=choices,
            when=(asked.name, (asked.choices[0].name,)) if asked else None, section_zh=section, section_en=section,
            finding=wrong, severity=draw(st.sampled_from([*findings.WITHIN])) if wrong else "minor",
            topic="gate" if wrong else "other", owner=draw(plain) if wrong else "",
            hours=draw(st.integers(0, 1440)) if wrong else 0,
        ))  # fmt: skip
    return Form("made_up", draw(plain), draw(plain), "shop", tuple(out))


@given(forms())
def test_a_checklist_comes_back_from_xlsform_as_it_went(form: Form) -> None:
    assert checklists.problems(form) == []
    found = xlsform.read(xlsform.write(form, 3))
    assert found.faults == () and found.form == form
    assert checklists.form_of(checklists.plain(form)) == form


cells = st.lists(st.lists(st.text(max_size=12), max_size=8), max_size=8)


@given(st.dictionaries(st.sampled_from(["survey", "choices", "settings", "x"]), cells, max_size=4))
def test_no_workbook_breaks_the_reader(sheets: dict[str, list[list[str]]]) -> None:
    found = xlsform.read(sheets)
    assert found.form is not None or found.faults
    assert found.form is None or checklists.problems(found.form) == []
