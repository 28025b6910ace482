"""The cards as they hang at doors: the code to scan and to type, the address, what it is for, in both languages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import as_file, files

import typst
from django.conf import settings

from bulou.ledger.areas import ancestor, level
from bulou.places import addresses
from bulou.residents import rules
from bulou.residents.cards import Home
from bulou.rounds.paper.pdf import FONT, code
from bulou.ui.figures import Name, names
from bulou.ui.templatetags.naming import place


def address(home: str, code: str) -> str:
    """Return the address of a household's page below the installation's own."""
    return f"{home.rstrip('/')}/h/{code}"


def pdf(doors: Sequence[Home], codes: Mapping[int, str], home: str) -> bytes:
    """Return the cards of households as a PDF, eight a page. Runs within the caller's scope."""
    named = names({ancestor(one.area, depth) for one in doors for depth in (3, 4, 5)})
    cards = [
        {
            "place": where(one.area, named), "code": rules.grouped(codes[one.id]),
            "door": addresses.door(one.door, settings.ADDRESS_STYLE, False, one.stairwell),
            "qr": code(address(home, codes[one.id])),
        }
        for one in doors
    ]  # fmt: skip
    data = {"cards": cards, "home": f"{home.rstrip('/')}/h/"}
    with as_file(files(FONT)) as fonts, as_file(files("bulou.residents") / "cards.typ") as page:
        return typst.compile(
            page.read_bytes(), font_paths=[str(fonts)], ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )  # fmt: skip


def where(area: int, named: Mapping[int, Name]) -> str:
    """Write where a building is, from its neighbourhood down."""
    nodes = [ancestor(area, depth) for depth in range(min(3, level(area)), level(area) + 1)]
    return " · ".join(place(node, named.get(node)) for node in nodes)
