"""XLSForm, the field's form of forms, read into a checklist and written from one. Pure: cells in, cells out.

What Bulou can ask is read; what it cannot is named with its sheet and row and left out. Columns of its own in the
survey sheet say which answers are findings: ``finding`` (values, with spaces between), ``severity``, ``topic``,
``owner``, ``hours``; other tools pass over them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bulou.ledger.steps import Choice
from bulou.oversight.checklists import Form, Question, problems
from bulou.oversight.findings import TOPICS, WITHIN

#: Sheets by name, each a list of rows of cells.
Sheets = Mapping[str, Sequence[Sequence[str]]]
ZH, EN = "中文 (zh)", "English (en)"
SURVEY = ("type", "name", f"label::{ZH}", f"label::{EN}", f"hint::{ZH}", f"hint::{EN}", "required", "relevant",
          "finding", "severity", "topic", "owner", "hours")  # fmt: skip
CHOICES = ("list_name", "name", f"label::{ZH}", f"label::{EN}")
SETTINGS = ("form_title", "form_id", "version", "default_language", "title_en", "place")
PLAIN = {"text": "text", "integer": "integer", "int": "integer", "decimal": "decimal", "date": "date",
         "image": "photo", "photo": "photo", "note": "note"}  # fmt: skip
BACK = {"text": "text", "integer": "integer", "decimal": "decimal", "date": "date", "photo": "image", "note": "note"}
#: Rows that a form may have and that ask nobody anything.
SILENT = ("start", "end", "today", "deviceid", "username", "audit", "start-geopoint")
#: Columns that change what is asked and that are not read: a row with one of them is not what it would become.
UNREAD = ("constraint", "calculation", "choice_filter", "repeat_count", "trigger", "required_message")
YES = ("yes", "true", "true()", "1", "是")
MOST_QUESTIONS, MOST_CHOICES = 200, 100
_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_EQUAL = re.compile(r"\$\{(\w+)\}\s*(=|!=)\s*'([^']*)'")
_SELECTED = re.compile(r"(not\s*\(\s*)?selected\s*\(\s*\$\{(\w+)\}\s*,\s*'([^']*)'\s*\)(?(1)\s*\))")


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that is left out. ``row``: as the sheet counts, from 1; ``why``: a code; ``said``: what stands there."""

    sheet: str
    row: int
    why: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """What a workbook comes to: the checklist of what can be asked (None: none at all), and what was left out."""

    form: Form | None
    faults: tuple[Fault, ...]


@dataclass(slots=True)
class _Group:
    zh: str
    en: str
    when: tuple[str, tuple[str, ...]] | None
    out: bool


def read(sheets: Sheets, name: str = "") -> Read:
    """Read the sheets of an XLSForm. ``name``: what it is called where its settings do not say."""
    faults: list[Fault] = []
    survey = sheets.get("survey")
    if not survey or len(survey) < 2:
        return Read(None, (Fault("survey", 1, "survey"),))
    lists = _choices(sheets.get("choices", ()), faults)
    settings = next((row for _number, row in _rows(sheets.get("settings", ()))), {})
    questions = _questions(survey, lists, faults)
    called = _plain_name(settings.get("form_id", "") or name)
    title = settings.get("form_title", "") or name or called
    form = Form(called, title[:80], settings.get("title_en", "")[:80], settings.get("place", ""), tuple(questions))
    wrong = dict(problems(form))
    if questions and not wrong:
        return Read(form, tuple(sorted(faults, key=lambda one: (one.sheet != "survey", one.row))))
    faults += [Fault("survey", 1, code, where) for where, code in wrong.items()]
    return Read(None, tuple(faults))


def _rows(sheet: Sequence[Sequence[str]]) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of a sheet that say something, by number and by heading."""
    if not sheet:
        return []
    heads = [" ".join(head.split()) for head in sheet[0]]
    out = []
    for number, row in enumerate(sheet[1:], 2):
        told = {head: cell.strip() for head, cell in zip(heads, row, strict=False) if head and cell.strip()}
        if told:
            out.append((number, told))
    return out


def _word(row: Mapping[str, str], what: str) -> tuple[str, str]:
    """Return a text in Chinese and English; one without a language is both's."""
    plain = row.get(what, "")
    zh = next((text for head, text in row.items() if head.startswith(f"{what}::") and _is(head, "zh", "中文")), "")
    en = next((text for head, text in row.items() if head.startswith(f"{what}::") and _is(head, "en", "english")), "")
    return (zh or plain or en, en)


def _is(head: str, code: str, word: str) -> bool:
    language = head.partition("::")[2].lower()
    return f"({code}" in language or word in language or language == code


def _choices(sheet: Sequence[Sequence[str]], faults: list[Fault]) -> dict[str, list[Choice]]:
    out: dict[str, list[Choice]] = {}
    for number, row in _rows(sheet):
        kind, name = row.get("list_name") or row.get("list name", ""), row.get("name", "")
        zh, en = _word(row, "label")
        if not kind or not name or " " in name:
            faults.append(Fault("choices", number, "choice", name or kind))
        elif any(choice.name == name for choice in out.get(kind, [])):
            faults.append(Fault("choices", number, "twice", name))
        elif len(out.get(kind, [])) >= MOST_CHOICES:
            faults.append(Fault("choices", number, "many", name))
        else:
            out.setdefault(kind, []).append(Choice(name, zh or name, en or zh or name))
    return out


def _questions(
    sheet: Sequence[Sequence[str]], lists: Mapping[str, list[Choice]], faults: list[Fault]
) -> list[Question]:
    out: dict[str, Question] = {}
    groups: list[_Group] = []
    for number, row in _rows(sheet):
        kind = " ".join(row.get("type", "").replace("_", " ").split())
        if kind in ("begin group", "begin repeat"):
            zh, en = _word(row, "label")
            when, bad = _when(row.get("relevant", ""), out)
            refused = "repeat" if kind == "begin repeat" else "relevant" if bad else ""
            if refused:
                faults.append(Fault("survey", number, refused, row.get("relevant", "") or row.get("name", "")))
            groups.append(_Group(zh, en, when, bool(refused)))
        elif kind in ("end group", "end repeat"):
            if groups:
                groups.pop()
        elif any(group.out for group in groups):
            faults.append(Fault("survey", number, "within", row.get("name", "")))
        elif kind not in (one.replace("_", " ") for one in SILENT):
            one = _question(number, row, kind, lists, out, groups, faults)
            if one is not None and len(out) >= MOST_QUESTIONS:
                faults.append(Fault("survey", number, "many", one.name))
            elif one is not None:
                out[one.name] = one
    return [*out.values()]


def _question(
    number: int, row: Mapping[str, str], kind: str, lists: Mapping[str, list[Choice]], before: Mapping[str, Question],
    groups: Sequence[_Group], faults: list[Fault],
) -> Question | None:  # fmt: skip
    """Return the question of a row, None where it is left out, with the reason among the faults."""
    name, said = row.get("name", ""), row.get("type", "")
    zh, en = _word(row, "label")
    hint_zh, hint_en = _word(row, "hint")
    choices: tuple[Choice, ...] = ()
    first, _space, rest = kind.partition(" ")
    if first == "select" and rest.split(" ")[0] in ("one", "multiple"):
        several = rest.split(" ")[0] == "multiple"
        named = said.split()[-1] if len(said.split()) > 1 else ""
        type_, choices = ("choices" if several else "choice"), tuple(lists.get(named, ()))
        if not choices:
            faults.append(Fault("survey", number, "list", named or said))
            return None
    elif kind in PLAIN:
        type_ = PLAIN[kind]
    else:
        faults.append(Fault("survey", number, "type", said))
        return None
    if not _NAME.fullmatch(name.lower()) or name.lower() in before:
        faults.append(Fault("survey", number, "name", name))
        return None
    when, bad = _when(row.get("relevant", ""), before)
    above = [group.when for group in groups if group.when]
    if bad or len(above) + (when is not None) > 1:
        faults.append(Fault("survey", number, "relevant", row.get("relevant", "")))
        return None
    if unread := [head for head in UNREAD if row.get(head)]:
        faults.append(Fault("survey", number, "unread", ", ".join(unread)))
        return None
    section = groups[-1] if groups else _Group("", "", None, False)
    one = Question(
        name.lower(), type_, (zh or name)[:200], en[:200], hint_zh[:200], hint_en[:200],
        row.get("required", "").lower() in YES and type_ not in ("photo", "note"), choices,
        when or (above[0] if above else None), section.zh[:80], section.en[:80],
    )  # fmt: skip
    return _finding(number, row, one, faults)


def _finding(number: int, row: Mapping[str, str], one: Question, faults: list[Fault]) -> Question:
    """Return a question with what its own columns say of findings; what they say wrongly is named and not taken."""
    values = tuple(row.get("finding", "").split())
    if not values:
        return one
    severity, topic = row.get("severity", "minor"), row.get("topic", "other")
    hours = re.sub(r"\.0+$", "", row.get("hours", "0"))
    known = {choice.name for choice in one.choices}
    said = (
        ("values", row["finding"], bool(set(values) - known)), ("severity", severity, severity not in WITHIN),
        ("topic", topic, topic not in {choice.name for choice in TOPICS}),
        ("hours", hours, not (hours.isascii() and hours.isdecimal() and int(hours) <= 24 * 60)),
    )  # fmt: skip
    for what, text, wrong in said:
        if wrong:
            faults.append(Fault("survey", number, what, text))
    if any(wrong for _what, _text, wrong in said):
        return one
    return replace(
        one, finding=values, severity=severity, topic=topic, owner=row.get("owner", "")[:60], hours=int(hours)
    )


def _when(text: str, before: Mapping[str, Question]) -> tuple[tuple[str, tuple[str, ...]] | None, bool]:
    """Return the condition that a ``relevant`` states, and whether it states one that cannot be asked for."""
    if not text:
        return None, False
    name, values = "", list[str]()
    for part in re.split(r"\s+or\s+", text.strip()):
        equal, selected = _EQUAL.fullmatch(part.strip()), _SELECTED.fullmatch(part.strip())
        if equal:
            asked, value, negative = equal[1].lower(), equal[3], equal[2] == "!="
        elif selected:
            asked, value, negative = selected[2].lower(), selected[3], bool(selected[1])
        else:
            return None, True
        one = before.get(asked)
        known = [choice.name for choice in one.choices] if one else []
        if one is None or value not in known or (name and asked != name) or (negative and one.type != "choice"):
            return None, True
        name = asked
        values += [other for other in known if other != value] if negative else [value]
    return (name, tuple(dict.fromkeys(values))), False


def _plain_name(text: str) -> str:
    found = re.sub(r"[^a-z0-9_]+", "_", text.lower()).strip("_")
    return (found if found[:1].isalpha() else f"form_{found}".rstrip("_"))[:40]


# -- out -------------------------------------------------------------------------------------------


def write(form: Form, version: int) -> dict[str, list[list[str]]]:
    """Return the sheets of a checklist as an XLSForm that other tools read."""
    survey: list[list[str]] = [list(SURVEY)]
    lists: dict[tuple[Choice, ...], str] = {}
    section = ("", "")
    groups = 0
    for one in form.questions:
        if (one.section_zh, one.section_en) != section:
            if section != ("", ""):
                survey.append(["end_group", *[""] * (len(SURVEY) - 1)])
            section = (one.section_zh, one.section_en)
            if section != ("", ""):
                groups += 1
                name = _free(f"section_{groups}", form)
                survey.append(["begin_group", name, section[0], section[1], *[""] * (len(SURVEY) - 4)])
        survey.append(_row(one, lists))
    if section != ("", ""):
        survey.append(["end_group", *[""] * (len(SURVEY) - 1)])
    choices = [[name, choice.name, choice.zh, choice.en] for own, name in lists.items() for choice in own]
    settings = [form.zh, form.name, str(version), ZH, form.en, form.place]
    return {
        "survey": survey, "choices": [list(CHOICES), *choices], "settings": [list(SETTINGS), settings]
    }  # fmt: skip


def _free(name: str, form: Form) -> str:
    while any(one.name == name for one in form.questions):
        name += "_"
    return name


def _row(one: Question, lists: dict[tuple[Choice, ...], str]) -> list[str]:
    if one.choices:
        named = lists.setdefault(one.choices, f"list_{len(lists) + 1}")
        kind = f"{'select_one' if one.type == 'choice' else 'select_multiple'} {named}"
    else:
        kind = BACK[one.type]
    when = " or ".join(f"selected(${{{one.when[0]}}}, '{value}')" for value in one.when[1]) if one.when else ""
    own = [" ".join(one.finding), one.severity, one.topic, one.owner, str(one.hours or "")] if one.finding else [""] * 5
    return [
        kind,
        one.name,
        one.zh,
        one.en,
        one.hint_zh,
        one.hint_en,
        "yes" if one.required else "",
        when,
        *own,
    ]
