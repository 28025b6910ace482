"""How pages and reports of oversight word things: titles of checklists, answers, why a row of a form is left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from bulou.command.work import forms
from bulou.oversight.checklists import DUE, GRAVE, OWNER, WHAT, Form, Question, asked, fields_of
from bulou.oversight.models import Checklist
from bulou.oversight.vocabulary import Word
from bulou.oversight.xlsform import Fault
from bulou.ui.words import english

#: What the fields beside an answer begin with.
BESIDE = (WHAT, GRAVE, OWNER, DUE)


def title_of(checklist: Checklist) -> str:
    """Return a checklist's title in the reader's language."""
    return checklist.title_en or checklist.title if english() else checklist.title


def named(table: Iterable[Word], name: str) -> Word | None:
    """Return a value of a table of words."""
    return next((one for one in table if one.name == name), None)


def text_of(one: Question) -> str:
    """Return a question in the reader's language."""
    return one.en or one.zh if english() else one.zh


def section_of(one: Question) -> str:
    """Return the heading that a question stands under."""
    return one.section_en or one.section_zh if english() else one.section_zh


def answers_of(form: Form, answers: Mapping[str, Any]) -> list[tuple[Question, str]]:
    """Return the questions that were asked with their answers as people read them; "" where nothing was said."""
    out = []
    for one, own in fields_of(form):
        if one.type != "note" and asked(one, answers):
            value = answers.get(one.name)
            out.append((one, forms.shown(own[0], value) if own and value not in (None, "", []) else ""))
    return out


def fault(one: Fault) -> str:
    """Return what is wrong with a row of an XLSForm, and what was expected."""
    return {
        "survey": _("没有题目：应有名为 survey 的工作表，至少一行题目。"),
        "choice": _("选项要有 list_name 和 name，name 中不能有空格。"),
        "twice": _("同一组里选项名重复。"),
        "many": _("太多：最多200道题，每组最多100个选项。"),
        "type": _("不支持这种题型：应为 text、integer、decimal、date、select_one、select_multiple、image 或 note。"),
        "list": _("choices 工作表里没有这一组选项。"),
        "name": _("题名缺失、重复或不合规定：应为小写字母、数字和下划线，字母开头。"),
        "relevant": _("不支持这个显示条件：应为一道题的选项，例如 ${gate} = 'no'，可用 or 连接。"),
        "unread": _("不支持约束和计算列：请清空后再导入。"),
        "repeat": _("不支持重复组。"),
        "within": _("在没有录入的组里。"),
        "values": _("finding 列应为本题的选项名，用空格分开。"),
        "severity": _("severity 列应为 minor、serious 或 grave。"),
        "topic": _("topic 列应为列出的方面，例如 gate、sampling。"),
        "hours": _("hours 列应为0到1440的整数。"),
        "empty": _("没有可以回答的题目。"),
        "choices": _("单选和多选要有选项，其他题型没有。"),
        "when": _("显示条件指的题要在前面。"),
    }[one.why]  # fmt: skip
