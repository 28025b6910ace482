"""One word for one thing: the registry has both languages, the glossary has every word of the registry."""

import re

import pytest
from django.apps import apps

from bulou.cases.vocabulary import SYMPTOMS
from bulou.desk.abilities import ABILITIES, PAGES, ROLES
from bulou.field import roles
from bulou.ledger import areas, vocabulary
from bulou.ledger.refusals import FLAGS, REFUSALS
from bulou.ledger.vocabulary import REGISTRY, Mark, Outcome, Subject
from bulou.places.vocabulary import AREA_ATTRIBUTES, CARDS
from bulou.rounds.comparison import Beside
from bulou.ui.figures import Counts
from bulou.zones import vocabulary as zones
from tests.house.tree import ROOT

HAN = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z]")
GLOSSARY = ROOT / "docs" / "glossary.md"


def words():
    """(where, zh, en) of everything that a person may read."""
    for kind in REGISTRY.duties.values():
        yield f"duty {kind.name}", kind.zh, kind.en
        for part in (*kind.stages, *kind.reasons):
            yield f"duty {kind.name}: {part.name}", part.zh, part.en
    for entry in REGISTRY.entries.values():
        yield f"entry {entry.name}", entry.zh, entry.en
    for row in (*ROLES.values(), *ABILITIES.values()):
        yield f"desk {row.name}", row.zh, row.en
    for row in (*roles.ROLES.values(), *roles.TASKS.values(), *zones.LEVELS, *CARDS.values()):
        yield f"field {row.name}", row.zh, row.en
    for refusal in REFUSALS.values():
        yield f"refusal {refusal.code}", refusal.zh, refusal.en
    for name, (zh, en) in FLAGS.items():
        yield f"flag {name}", zh, en


@pytest.mark.parametrize(("where", "zh", "en"), list(words()), ids=lambda value: value if " " in str(value) else None)
def test_everything_said_has_both_languages(where, zh, en):
    assert HAN.search(zh), f"{where}: no Chinese"
    assert LATIN.search(en) and not HAN.search(en), f"{where}: no English"


def test_each_refusal_says_what_was_expected_and_what_to_do():
    assert [code for code, row in REFUSALS.items() if not (row.expected and row.next_step)] == []


def test_each_stage_within_a_kind_has_its_own_name():
    for kind in REGISTRY.duties.values():
        names = [stage.name for stage in kind.stages]
        assert len(set(names)) == len(names), kind.name
        assert kind.stages[-1].within is None, f"{kind.name}: what is done cannot be late"


# -- the glossary --------------------------------------------------------------------------------


def rows() -> list[tuple[str, str, str]]:
    """(English, Chinese, identifier cell) of each row of the glossary's tables."""
    found = []
    for row in GLOSSARY.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in row.strip().strip("|").split("|")]
        if row.startswith("|") and len(cells) >= 3 and not set(cells[0]) <= {"-", ":"} and cells[0] != "English":
            found.append((cells[0], cells[1], cells[2]))
    return found


def identifiers() -> set[str]:
    return {name for _, _, cell in rows() for name in re.findall(r"`([^`]+)`", cell)}


def declared() -> set[str]:
    """Every word that must stand in the glossary."""
    return (
        set(REGISTRY.duties)
        | {stage.name for kind in REGISTRY.duties.values() for stage in kind.stages}
        | set(REGISTRY.entries)
        | {subject.name.lower() for subject in Subject}
        | {mark.name.lower() for mark in Mark if mark}
        | set(ROLES)
        | set(roles.ROLES)
    )


def known() -> set[str]:
    """Every word that may: what is declared, stored or counted, and the names of the ledger's own forms."""
    stored = {model._meta.model_name for model in apps.get_models()}
    columns = {field.name for model in apps.get_models() for field in model._meta.get_fields()}
    forms = {name for name in vars(vocabulary) if not name.startswith("_")}
    standings = {zones.STANDING, SYMPTOMS[0]} | {level.name for level in zones.LEVELS}
    results = {value for kind in REGISTRY.duties.values() for value in (*kind.variants, *kind.values) if value}
    reasons = {reason.name for kind in REGISTRY.duties.values() for reason in kind.reasons}
    outcomes = {outcome.name.lower() for outcome in Outcome}
    flags = set(FLAGS) | {vocabulary.CAUSE_WITHDRAWN}
    figures = {name for name in (*vars(Counts), *vars(Beside)) if not name.startswith("_")}
    words = declared() | stored | columns | forms | results | reasons | outcomes | flags | standings | figures
    return words | set(areas.LEVELS) | set(PAGES) | set(AREA_ATTRIBUTES)


def test_every_declared_word_is_in_the_glossary():
    assert sorted(declared() - identifiers()) == []


def test_every_identifier_of_the_glossary_exists():
    assert sorted(identifiers() - known()) == []


def test_every_row_of_the_glossary_is_whole():
    assert [row for row in rows() if not (LATIN.search(row[0]) and HAN.search(row[1]) and "`" in row[2])] == []
