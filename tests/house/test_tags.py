"""Tags and filters of our pages: each name means one thing, and each answers for whatever it may be given."""

from __future__ import annotations

import html
import inspect
import itertools
import typing
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.template import Context, Library, engines
from django.test import RequestFactory
from django.utils import translation

from bulou.command.worklist import doubt_words
from bulou.command.worklist.rules import GROUPS, Category, Told, WorkItem
from bulou.ledger.areas import FOUND_BASE
from bulou.ledger.vocabulary import REGISTRY
from bulou.people import DutyRow
from bulou.people.positive import Positive
from bulou.people.reads import Event
from bulou.places.sources import Statement
from bulou.rounds.scope.reads import Tube
from bulou.rounds.scope.rules import Misfilled
from tests.crawler import INSIDES
from tests.house.tree import SOURCE, module_of

OURS = {
    module_of(file): import_module(module_of(file)).register
    for file in sorted(SOURCE.rglob("templatetags/*.py"))
    if file.stem != "__init__"
}
#: Tags with a body, which only give it to a part or keep what it said; and one that reads the database: the crawler's.
LEFT_OUT = {"seal_line", "kept", "part", "round_around"}
AT = datetime(2022, 4, 4, tzinfo=UTC)
ODD = (
    "",
    "abc",
    "x.y",
    "<i>",
    "swab",
    "tube",
    "journal",
    "overdue",
    "positive",
    "yes",
    "2022",
    "glass 1: a: b",
    "now.x",
)
INTS = (0, 1, 5, -1, 2**28, 2**49 - 1, FOUND_BASE + 5, 2**60)


def matters() -> list[WorkItem]:
    kinds = (*REGISTRY.duties, *GROUPS, "journal", "store", "of another house")
    details = ("", "nobody", "lent", "twice", "dialysis", "refused", "labels", "deferral", "gap", *doubt_words.DOUBTS)
    told = (Told("of tomorrow", "甲", AT, 5, 99), Told("tube.resulted", "乙", AT, 5, 2, "away", 3, 5, ("甲",)))
    return [
        WorkItem(class_, kind, subject, 5, None, n=n, detail=detail, name=name, told=told if name else ())
        for class_, kind, n, (subject, name) in itertools.product(
            Category, kinds, (-1, 0, 3, 99), ((7, ""), (FOUND_BASE + 5, ""), (7, "王**"))
        )
        for detail in details
    ]


def context() -> Context:
    request = RequestFactory().get("/now?sort=-x&after=1")
    page = Context({"request": request, "positives": {1: Positive(None), 5: Positive(None, antigen=True)}, "sort": "x"})
    page.template = SimpleNamespace(engine=engines["django"].engine)
    return page


SWAB = REGISTRY.duties["swab"]
OWED = [
    DutyRow(SWAB, 5, 7, 0, rank, None, 9, "of tomorrow", None, "甲", home=home)
    for rank in (-1, 99)
    for home in (None, 6)
]
EVENT = Event(AT, 7, 1, None, None, 5, None, "甲", "phone", False)
#: What each kind of value may be, by how it is annotated.
GIVEN: dict[object, tuple[object, ...]] = {
    int: INTS, int | None: (*INTS, None), float | None: (None, 0.0, -3.5, 1e12), str: ODD, str | None: (*ODD, None),
    object: (None, "", "4", 5, "4号"), typing.Any: (None, "", "abc", 5, next(iter(REGISTRY.duties.values()))),
    datetime | None: (None, AT), frozenset[str] | None: (None, frozenset(), frozenset({"names"})),
    tuple[str, str]: (("", ""), ("甲", "A"), ()), dict[str, typing.Any]: (
        {}, {"area": "x", "state": "of tomorrow", "round": "77", "kind": 5, "q": None, "of another house": 1},
    ), dict[int, str]: ({}, {77: "甲"}),
    WorkItem: tuple(matters()), DutyRow: tuple(OWED), Event: (EVENT,), Context: (context(),),
    bool: (True, False), Tube: (Tube(77, 5, AT, Misfilled(12, 1, 2)), Tube(0, 0, AT, Misfilled())),
    Statement: tuple(Statement(f, v, "物业", "", 2, AT) for f in (0, 1, 2, 3, 5, 6, 8, 9) for v in ("5", "甲", "1")),
    dict[int, tuple[int, str, int | None, str]]: ({}, {5: (5, "1", None, "101")}),
}  # fmt: skip


def given(annotation: object) -> tuple[object, ...]:
    if annotation in GIVEN:
        return GIVEN[annotation]
    text = str(annotation)
    if "Sequence[str]" in text:  # a place's name, or names by area
        name = (["甲", "A"], ("甲", ""))
        return ({}, {5: name[0]}) if "dict" in text else (*name, None)
    raise AssertionError(f"say in GIVEN what a {annotation} may be")


def functions() -> Iterator[tuple[str, object]]:
    for library in OURS.values():
        for name, function in (library.filters | library.tags).items():
            if name not in LEFT_OUT:
                yield name, inspect.unwrap(function)


def test_each_name_is_declared_once() -> None:
    declared = defaultdict(list)
    builtin: list[Library] = [*engines["django"].engine.template_builtins]
    builtin += [import_module(f"django.templatetags.{name}").register for name in ("i18n", "static", "tz", "l10n")]
    for where, library in (*OURS.items(), *((f"Django's {n}", one) for n, one in enumerate(builtin))):
        for name in {*library.tags, *library.filters}:
            declared[name].append(where)
    twice = {name: where for name, where in declared.items() if len(where) > 1 and set(where) & set(OURS)}
    assert not twice, f"the library that a page loads last decides what these mean: {twice}"


@pytest.mark.parametrize(("name", "function"), [*functions()], ids=lambda one: one if isinstance(one, str) else "")
def test_each_answers_for_whatever_it_is_given(name: str, function) -> None:
    hints = typing.get_type_hints(function)
    pools = [given(hints[parameter]) for parameter in inspect.signature(function).parameters]
    for language in ("zh-hans", "en"):
        with translation.override(language):
            for values in itertools.product(*pools):
                said = function(*values)
                assert said is not None, (name, values)
                if isinstance(said, str):
                    assert not INSIDES.search(html.unescape(said)), (name, values, said)
