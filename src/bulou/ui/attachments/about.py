"""What photos can belong to. A room says it once, when it is declared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY
from bulou.ui.figures import rows

SQL = statements(__package__, "attachments")


@dataclass(frozen=True, slots=True)
class About:
    """A kind of thing with photos.

    ``area_of``: where the thing with a key stands, None where the reader sees none. ``page_of``: its page.
    ``abilities``: whoever has one of them there may add a photo.
    """

    area_of: Callable[[str], int | None]
    page_of: Callable[[str], str]
    abilities: tuple[str, ...]


#: By the first word of what a photo is about.
ABOUT: dict[str, About] = {}


def key_of(about: str) -> tuple[About, str] | None:
    """Return what a text names: the kind of thing and the key; None where it names none."""
    name, _dot, key = about.partition(".")
    found = ABOUT.get(name)
    return (found, key) if found and key and len(about) <= 120 else None


def duty_area(kind: str, key: str) -> int | None:
    """Return where a duty stands, by its campaign, subject and occasion with dots between."""
    parts = key.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdecimal() and len(part) < 17 for part in parts):
        return None
    campaign, subject, occasion = map(int, parts)
    if campaign >= 2**31:
        return None
    found = rows(
        SQL["duty_area"], campaign=campaign, kind=REGISTRY.duties[kind].code, subject=subject, occasion=occasion
    )
    return found[0][0] if found else None
