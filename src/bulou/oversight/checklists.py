"""A checklist as plain data: questions, when they are asked, and which answers are findings. Pure.

What is kept and what the pages work on; XLSForm is read into it and written from it (``xlsform``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bulou.ledger.steps import Choice, Field
from bulou.oversight.findings import SEVERITIES, TOPICS, WITHIN

#: Types of question: text, whole number, decimal number, one choice, several, a day, a photo, a word to read.
TYPES = ("text", "integer", "decimal", "choice", "choices", "date", "photo", "note")
#: Of the fields that a form asks beside an answer that is a finding: what begins their names.
WHAT, GRAVE, OWNER, DUE = "what_", "grave_", "owner_", "due_"
#: Longest answers.
TEXT, SEEN, WHO = 200, 500, 60


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``when``: (question, values): asked only where that one has one of them.

    ``finding``: answers that are a finding, then with ``severity``, ``topic``, ``owner`` (who puts it right) and
    ``hours`` (until when; 0: as its gravity has it) unless the inspector says otherwise.
    """

    name: str
    type: str
    zh: str
    en: str = ""
    hint_zh: str = ""
    hint_en: str = ""
    required: bool = False
    choices: tuple[Choice, ...] = ()
    when: tuple[str, tuple[str, ...]] | None = None
    section_zh: str = ""
    section_en: str = ""
    finding: tuple[str, ...] = ()
    severity: str = "minor"
    topic: str = "other"
    owner: str = ""
    hours: int = 0


@dataclass(frozen=True, slots=True)
class Form:
    """A checklist: its name, its title, what it is for, its questions in order."""

    name: str
    zh: str
    en: str
    place: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """An answer that is a finding, with what the inspector said of it. ``due``: as the form has it, or ""."""

    question: Question
    what: str
    severity: str
    owner: str
    due: str


def plain(form: Form) -> dict[str, Any]:
    """Return a checklist as it is kept."""
    return asdict(form)


def form_of(kept: Mapping[str, Any]) -> Form:
    """Return a checklist from what is kept."""
    questions = tuple(
        Question(**{
            **one, "choices": tuple(Choice(**choice) for choice in one["choices"]), "finding": tuple(one["finding"]),
            "when": (one["when"][0], tuple(one["when"][1])) if one["when"] else None,
        })
        for one in kept["questions"]
    )  # fmt: skip
    return Form(kept["name"], kept["zh"], kept["en"], kept["place"], questions)


def fields_of(form: Form) -> list[tuple[Question, tuple[Field, ...]]]:
    """Return what a form asks, question by question: the answer, and for an answer that is a finding what of it."""
    return [(one, _fields(one)) for one in form.questions]


def _fields(one: Question) -> tuple[Field, ...]:
    if one.type in ("photo", "note"):
        return ()
    type_ = {"integer": "int", "decimal": "text"}.get(one.type, one.type)
    most = {"text": SEEN, "decimal": 20}.get(one.type)
    en = one.en or one.zh
    own = Field(one.name, type_, one.zh, en, required=one.required, choices=one.choices, help_zh=one.hint_zh,
                help_en=one.hint_en or one.hint_zh, most=most, when=one.when)  # fmt: skip
    if not one.finding:
        return (own,)
    when = (one.name, one.finding)
    return (
        own,
        Field(WHAT + one.name, "long", "看到什么", "What was seen", most=SEEN, when=when,
              help_zh="具体位置、时间、几个人；不写姓名", help_en="Where exactly, when, how many; no names"),
        Field(GRAVE + one.name, "choice", "程度", "How grave", choices=SEVERITIES, default=one.severity, when=when),
        Field(OWNER + one.name, "text", "责任人或单位", "Who puts it right", most=WHO, default=one.owner, when=when),
        Field(DUE + one.name, "time", "整改期限", "To be put right by", required=False, when=when,
              help_zh="不填则按程度的时限", help_en="Left empty, the time of its gravity counts"),
    )  # fmt: skip


def asked(one: Question, answers: Mapping[str, Any]) -> bool:
    """Tell whether a question is asked, as the others are answered."""
    if one.when is None:
        return True
    value = answers.get(one.when[0])
    return any(str(said) in one.when[1] for said in (value if isinstance(value, list) else [value]))


def found(form: Form, answers: Mapping[str, Any]) -> list[Found]:
    """Return the findings among answers, in the order of the questions."""
    out = []
    for one in form.questions:
        value = answers.get(one.name)
        given = value if isinstance(value, list) else [value]
        if one.finding and asked(one, answers) and any(str(said) in one.finding for said in given):
            out.append(Found(
                one, str(answers.get(WHAT + one.name) or one.zh), str(answers.get(GRAVE + one.name) or one.severity),
                str(answers.get(OWNER + one.name) or one.owner), str(answers.get(DUE + one.name) or ""),
            ))  # fmt: skip
    return out


def minutes(one: Question, severity: str) -> int:
    """Return the minutes until a finding is to be put right: those of the question where it keeps its own gravity."""
    return one.hours * 60 if one.hours and severity == one.severity else WITHIN[severity]


def problems(form: Form) -> list[tuple[str, str]]:
    """Return what is wrong with a checklist as (question, code), whichever way it came in."""
    wrong: list[tuple[str, str]] = []
    before: dict[str, Question] = {}
    for one in form.questions:
        if one.name in before or not one.name.isidentifier() or one.name != one.name.lower():
            wrong.append((one.name, "name"))
        if one.type not in TYPES:
            wrong.append((one.name, "type"))
        if (one.type in ("choice", "choices")) != bool(one.choices):
            wrong.append((one.name, "choices"))
        if one.when and (one.when[0] not in before or not _known(before[one.when[0]], one.when[1])):
            wrong.append((one.name, "when"))
        if one.finding and not _known(one, one.finding):
            wrong.append((one.name, "values"))
        if one.severity not in WITHIN or one.topic not in {topic.name for topic in TOPICS} or one.hours < 0:
            wrong.append((one.name, "values"))
        before[one.name] = one
    if not any(one.type != "note" for one in form.questions):
        wrong.append(("", "empty"))
    return wrong


def _known(one: Question, values: Sequence[str]) -> bool:
    return bool(values) and {choice.name for choice in one.choices} >= set(values)
