"""The texts of a room's pages and code that need an English translation; Chinese is what the source says.

Needs Babel, a development tool: the compiled catalogues are in the repository, so that an installation needs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from bulou.config.rooms import catalogued

#: The catalogue's dates stay, so that it changes only when its texts do.
LONG_AGO = datetime(2022, 4, 3, tzinfo=UTC)
KEYWORDS = {"_": None, "gettext": None, "gettext_lazy": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}


def messages(room: Path) -> Iterator[tuple[str, str]]:
    """Yield (file within the room, text) for each translatable text of its templates and modules.

    A small room inside it has its own catalogue.
    """
    within = [own.parent for own in room.glob("*/**/locale")]
    files = [file for file in (*room.rglob("*.html"), *room.rglob("*.py")) if not {*file.parents} & {*within}]
    for file in sorted(files):
        source = file.read_text("utf-8")
        if file.suffix == ".html":
            # Told apart by Python's own reader, to whom the indentation of a page is an error.
            source = "\n".join(row.lstrip() for row in templatize(source, origin=str(file)).splitlines())
        for _line, text, _comments, _context in extract("python", BytesIO(source.encode()), KEYWORDS):
            if text:
                yield str(file.relative_to(room)), text if isinstance(text, str) else text[0]


def path(room: Path) -> Path:
    """Return where a room's English catalogue lies."""
    return room / "locale" / "en" / "LC_MESSAGES" / "django.po"


def read(room: Path) -> Catalog:
    """Read a room's English catalogue; an empty one when there is none."""
    if not path(room).exists():
        return Catalog(locale="en")
    with path(room).open("rb") as file:
        return read_po(file, locale="en")


def write(room: Path) -> list[str]:
    """Bring a room's catalogue to what its source says and compile it; return the texts still without English."""
    known, fresh = read(room), Catalog(
        locale="en", project="bulou", header_comment="# English of the desk's texts.", fuzzy=False,
        creation_date=LONG_AGO, revision_date=LONG_AGO, last_translator="", language_team="en", msgid_bugs_address="",
    )  # fmt: skip
    for where, text in messages(room):
        old = known.get(text)
        fresh.add(text, old.string if old else "", locations=[(where, None)])
    path(room).parent.mkdir(parents=True, exist_ok=True)
    with path(room).open("wb") as file:
        write_po(
            file, fresh, width=120, sort_output=True, omit_header=False, ignore_obsolete=True, include_lineno=False
        )
    with path(room).with_suffix(".mo").open("wb") as file:
        write_mo(file, fresh)
    return [m.id for m in fresh if m.id and not m.string]


if __name__ == "__main__":
    for place in catalogued():
        for missing in write(place):
            print(f"{place.name}: {missing}")
