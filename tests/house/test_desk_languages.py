"""Chinese is what the source says; every text and every declared word has its English."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo

import bulou
from bulou.config import translations
from bulou.config.rooms import catalogued
from bulou.ledger.refusals import REFUSALS
from bulou.ledger.vocabulary import REGISTRY

SOURCE = Path(bulou.__file__).parent
ROOMS = [str(room.relative_to(SOURCE)) for room in catalogued()]
CHINESE = re.compile(r"[\u3400-\u9fff]")


@pytest.mark.parametrize("room", ROOMS)
def test_every_text_has_its_english(room: str) -> None:
    known = translations.read(SOURCE / room)
    for where, text in translations.messages(SOURCE / room):
        entry = known.get(text)
        assert entry and entry.string, f"{where}: {text} (python -m bulou.config.translations, then translate)"
        assert not CHINESE.search(entry.string), f"{where}: {entry.string}"
        names = re.compile(r"%\((\w+)\)")
        assert set(names.findall(text)) == set(names.findall(entry.string)), text


@pytest.mark.parametrize("room", ROOMS)
def test_the_compiled_catalogue_is_current(room: str) -> None:
    compiled = read_mo(BytesIO(translations.path(SOURCE / room).with_suffix(".mo").read_bytes()))
    want = {m.id: m.string for m in translations.read(SOURCE / room) if m.id}
    assert {m.id: m.string for m in compiled if m.id} == want, "python -m bulou.config.translations"


@pytest.mark.parametrize("room", ROOMS)
def test_no_chinese_stands_outside_the_translated_texts(room: str) -> None:
    for file in (SOURCE / room).rglob("*.html"):
        text = file.read_text("utf-8")
        text = re.sub(r"{%\s*blocktranslate.*?{%\s*endblocktranslate\s*%}", "", text, flags=re.DOTALL)
        text = re.sub(r"{%\s*translate.*?%}|_\(\"[^\"]*\"\)", "", text)
        bare = CHINESE.search(text.replace(">中文<", "><"))  # the language switch names itself
        assert not bare, f"{file.name}: {text[max(0, bare.start() - 30) : bare.start() + 30]}"


def test_declared_words_have_both_languages() -> None:
    said = [*REGISTRY.duties.values(), *REGISTRY.entries.values(), *REFUSALS.values()]
    said += [word for kind in REGISTRY.duties.values() for word in (*kind.stages, *kind.reasons)]
    for word in said:
        assert word.zh and word.en, word
        assert not CHINESE.search(word.en), word.en


def test_a_text_has_one_english() -> None:
    """Django lays the catalogues over each other: of two Englishes one would be shown for both, by chance."""
    found: dict[str, dict[str, str]] = {}
    for room in catalogued():
        for message in translations.read(room):
            if isinstance(message.id, str) and message.id and message.string:
                found.setdefault(message.id, {})[str(message.string)] = room.name
    assert len(found) > 1000
    assert {text: rooms for text, rooms in found.items() if len(rooms) > 1} == {}
