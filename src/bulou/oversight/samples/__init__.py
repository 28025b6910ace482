"""Checklists that come with the house, as data: a place to begin from. Each can be taken out, changed and taken in."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

from bulou.ledger.steps import Choice
from bulou.oversight.checklists import Form, Question

NAMES = ("compound", "shop", "site", "facility")
#: How a plain question is answered.
ANSWERS = (Choice("yes", "是", "yes"), Choice("no", "否", "no"), Choice("na", "不适用", "not applicable"))


def shipped() -> list[Form]:
    """Return the checklists that come with the house."""
    return [_form(tomllib.loads((files(__package__) / f"{name}.toml").read_text("utf-8"))) for name in NAMES]


def _form(told: dict[str, Any]) -> Form:
    section = ("", "")
    questions = []
    for one in told["question"]:
        section = tuple(one.pop("section", section))
        plain = "type" not in one
        questions.append(Question(
            **({"type": "choice", "choices": ANSWERS, "finding": ("no",), "required": True} if plain else {}),
            **one, section_zh=section[0], section_en=section[1],
        ))  # fmt: skip
    return Form(told["name"], told["zh"], told["en"], told["place"], tuple(questions))
