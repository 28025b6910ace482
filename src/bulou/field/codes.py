"""Codes of other systems that phones may scan: data of the installation, checked before anybody works with it.

A file in TOML, named by BULOU_CODES, with a table ``[[code]]`` for each (examples/codes.toml shows one). ``pattern`` is
tried on the whole text of a code; its one group is what ``map`` says of the ``target``. Python and the phones'
JavaScript must read the pattern alike, so that it is held to what both know.

``lookup``: the group means something to the other system alone, such as a token that changes each minute. Nothing here
holds whose it is, neither phone nor server, so that the phone names the code and asks for name and door.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from django.conf import settings
from msgspec import Meta, Struct

#: What the group of a pattern may be, by what the code is on.
MAPS = {"tube": ("label", "lookup"), "person": ("person_id", "lookup"), "card": ("id_number",)}
MOST = 50
#: What Python has and JavaScript has not, or reads otherwise.
PYTHON_ONLY = re.compile(r"\(\?(?![:=!]|<[=!])|\\[AZaz]|[*+?}]\+")


class Wrong(ValueError):
    """The file cannot be used; its text says where and ``why``."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


class Code(Struct, frozen=True, forbid_unknown_fields=True):
    """One foreign code."""

    name: Annotated[str, Meta(pattern="^[a-z0-9-]{1,40}$")]
    zh: Annotated[str, Meta(min_length=1, max_length=60)]
    en: Annotated[str, Meta(min_length=1, max_length=60)]
    pattern: Annotated[str, Meta(min_length=1, max_length=300)]
    target: Literal["person", "tube", "card"]
    map: Literal["label", "person_id", "id_number", "lookup"]


class File(Struct, forbid_unknown_fields=True):
    """The whole file."""

    code: Annotated[list[Code], Meta(max_length=MOST)] = []


def load(path: Path) -> tuple[Code, ...]:
    """Return the codes of a file.

    Raises:
        Wrong: it cannot be read, or a code cannot be used.
    """
    try:
        codes = msgspec.convert(tomllib.loads(path.read_text("utf-8")), File).code
    except (OSError, ValueError, RecursionError) as error:
        raise Wrong(f"{path}: {error}") from None
    for place, code in enumerate(codes, 1):
        if why := _fault(code):
            raise Wrong(f"{path}: code {place} ({code.name}): {why}")
    if len({code.name for code in codes}) != len(codes):
        raise Wrong(f"{path}: a name stands twice")
    return tuple(codes)


def _fault(code: Code) -> str:
    if code.map not in MAPS[code.target]:
        return f"a code on a {code.target} maps to {' or '.join(MAPS[code.target])}, not to {code.map}"
    if PYTHON_ONLY.search(code.pattern):
        return "the pattern uses what JavaScript does not know"
    try:
        groups = re.compile(code.pattern).groups
    except re.error as error:
        return f"the pattern cannot be read: {error}"
    return "" if groups == 1 else f"the pattern needs one group and has {groups}"


@cache
def installed() -> tuple[Code, ...]:
    """Return the codes of this installation; none where the settings name no file.

    Raises:
        Wrong: as ``load``.
    """
    return load(Path(settings.CODES)) if settings.CODES else ()
