"""How large a workbook becomes, found out before any library opens it.

A workbook is a packed file of XML. A hundred kilobytes of it can unfold to a hundred megabytes of cells; one cell in
the last row and column lets a reader lay out seventeen thousand million of them, and so does one merge over a whole
sheet. No library bounds that, and a process of the desk that runs out of memory takes everybody's page with it. So each
workbook is looked through once, part by part and with little memory, and whoever reads workbooks asks here first.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.parsers import expat

#: What is in a cell or is a text. A reader keeps these and cells in few bytes, or not at all; every other element may
#: become an object with many fields.
CONTENT = frozenset({"v", "f", "t", "is", "si", "p"})
#: What spans cells, each of which a reader may make.
SPANS = frozenset({"mergeCell", "hyperlink"})
#: Bytes looked through at once. A single name, comment or value is no longer than that.
BLOCK = 1 << 20
MOST_PARTS = 5_000
#: More cells than any sheet has, for what spans more than can be told.
ALL = 2**35
_WORDS = {
    "parts": ("文件内的部分", "parts"),
    "unfolded": ("字节", "bytes"),
    "light": ("单元格与其内容", "cells and their contents"),
    "heavy": ("行与格式", "rows and formats"),
    "span": ("首末单元格之间的范围", "cells from the first to the last"),
    "laid": ("首末单元格之间的范围", "cells from the first to the last"),
    "spread": ("合并或链接的单元格", "cells under merges and links"),
}
_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_XML = (b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\0<")
#: What makes a part a sheet, in whatever way it is damaged.
_SHEET = re.compile(b"sheetData|table:table")


@dataclass(frozen=True, slots=True)
class Most:
    """A bound: so much in any case, and so much more for each byte of the packed file."""

    free: int
    each: int = 0

    def of(self, packed: int) -> int:
        """Return the bound for a file of so many bytes."""
        return self.free + self.each * packed


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a reader can bear.

    ``unfolded``: bytes of all parts; ``light``: cells and texts; ``heavy``: other elements, such as rows and styles;
    ``span``: rows times columns of the largest sheet, for readers that lay a sheet out whole; ``laid``: the same row by
    row, each as wide as its last cell; ``spread``: cells under merges and links. None: the reader does not care.
    """

    unfolded: Most
    light: Most
    heavy: Most
    span: Most | None = None
    laid: Most | None = None
    spread: Most | None = None


class Unopened(ValueError):
    """The workbook is not opened. ``zh`` and ``en`` say why, and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(f"{zh} / {en}")


@dataclass(slots=True)
class Size:
    """What is in a workbook, so far; its fields are those of ``Bounds``."""

    unfolded: int = 0
    light: int = 0
    heavy: int = 0
    span: int = 0
    laid: int = 0
    spread: int = 0


def check(file: Path | IO[bytes], bounds: Bounds) -> None:
    """See that a packed workbook (.xlsx, .xlsm, .ods) is within what its reader can bear.

    Raises:
        Unopened: it is not, or it is damaged, or of a kind that cannot be looked through.
    """
    try:
        with zipfile.ZipFile(file) as packed:
            size, length = Size(), sum(part.compress_size for part in packed.infolist())
            allowed = {name: most.of(length) for name in Size.__slots__ if (most := getattr(bounds, name)) is not None}
            if len(packed.infolist()) > MOST_PARTS:
                raise _too_large("parts", len(packed.infolist()), MOST_PARTS)
            if any(name.endswith("workbook.bin") for name in packed.namelist()):
                raise Unopened(
                    "这种工作簿（.xlsb）不能读取，请另存为 .xlsx",
                    "a workbook of this kind (.xlsb) is not read: save it as .xlsx",
                )
            for part in packed.infolist():
                with packed.open(part) as content:
                    _part(content, size, lambda: _within(size, allowed))
    except Unopened:
        raise
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError, zlib.error) as error:
        raise Unopened("不是可读的工作簿，可能已损坏或加密", "not a readable workbook: damaged or protected") from error


def _within(size: Size, allowed: dict[str, int]) -> None:
    for name, most in allowed.items():
        if getattr(size, name) > most:
            raise _too_large(name, getattr(size, name), most)


def _too_large(name: str, found: int, most: int) -> Unopened:
    zh, en = _WORDS[name]
    zh_found, en_found = ("整张表", "all of a sheet") if found >= ALL else (f"{found:,}", f"{found:,}")
    return Unopened(
        f"工作簿展开后过大（{zh}：{zh_found}，最多 {most:,}），未打开；"
        "请删去空行、空列、多余的格式和合并，另存为 .xlsx",
        f"the workbook unfolds to too much ({en}: {en_found}; at most {most:,}) and was not opened: delete empty rows"
        " and columns, needless formats and merges, and save it as .xlsx",
    )


class _Listener:
    """Hears where the elements of one part begin, and adds them up in ``size`` when it is asked to.

    Sheets of a district have tens of millions of elements, so that the one function that hears them is plain.
    """

    def __init__(self, size: Size) -> None:
        light = heavy = laid = spread = span = 0
        row = column = last_row = last_column = 0
        times, widest = 1, 0  # how often this row stands (.ods), and its last cell, filled or not
        begun = False  # a cell has begun, and nothing was seen in it yet
        names: dict[str, str] = {}

        def start(tag: str, given: dict[str, str]) -> None:
            nonlocal light, heavy, laid, spread, span, row, column, last_row, last_column, times, widest, begun
            name = names.get(tag) or names.setdefault(tag, tag.rpartition(":")[2])
            if name == "c":
                light += 1
                begun = True
                if found := match(given.get("r", "")):
                    column, row = _column(found[1]), int(found[2])
                else:
                    column += 1
                if column > widest:
                    widest = column
            elif name in CONTENT:
                light += 1
                if begun:
                    begun = False
                    filled(row, column)
            elif name.endswith("table-cell"):
                again = _times(given, "table:number-columns-repeated")
                light, column = light + 1, column + again
                if "office:value-type" in given or "table:formula" in given:
                    light, widest = light + again - 1, column
                    filled(row, column)
            else:
                heavy += 1
                begun = False
                if name in ("row", "table-row", "table"):
                    ended()
                    row = int(given["r"]) if "r" in given else 0 if name == "table" else row + 1
                    times = _times(given, "table:number-rows-repeated")
                    if name == "table":
                        last_row = last_column = 0
                elif name in SPANS and "ref" in given:
                    spread += _area(given["ref"])

        def filled(row: int, column: int) -> None:
            nonlocal last_row, last_column, span
            last_row, last_column = max(last_row, row), max(last_column, column)
            span = max(span, last_row * last_column)

        def ended() -> None:
            """Close a row."""
            nonlocal laid, row, column, widest, times
            laid += widest * times
            row += times - 1
            if widest and times > 1:
                filled(row, widest)
            column, widest, times = 0, 0, 1

        def told() -> None:
            nonlocal light, heavy, laid, spread
            size.light, size.heavy = size.light + light, size.heavy + heavy
            size.laid, size.spread, size.span = size.laid + laid, size.spread + spread, max(size.span, span)
            light = heavy = laid = spread = 0

        match = _CELL.fullmatch
        self.start, self.ended, self.told = start, ended, told


def _part(content: IO[bytes], size: Size, within: Callable[[], None]) -> None:
    """Look through one part of the file."""
    listener, parser = _Listener(size), None
    block, fed, before = content.read(BLOCK), 0, b""
    if block.lstrip().startswith(_XML):
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.StartDoctypeDeclHandler = listener.start, _doctype
    while block:
        size.unfolded, fed = size.unfolded + len(block), fed + len(block)
        if parser is not None:
            try:
                parser.Parse(block, False)
                if fed - parser.CurrentByteIndex > 2 * BLOCK:
                    raise ValueError("a name, comment or value without an end")
            except expat.ExpatError:  # drawings of old and pictures are none, and nobody's cells
                parser = None
        if parser is None:
            size.heavy += block.count(b"<")
            if _SHEET.search(before + block):
                raise ValueError("a sheet that is no XML")
            before = block[-16:]
        listener.told()
        within()
        block = content.read(BLOCK)
    listener.ended()
    listener.told()
    within()


def _doctype(_name: str, _system: str | None, _public: str | None, inner: bool) -> None:
    if inner:  # entities of its own, which may stand for any amount of text
        raise expat.ExpatError("entities")


def _times(given: dict[str, str], name: str) -> int:
    return max(1, int(given.get(name, "1")))


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - 64
    return number


def _area(ref: str) -> int:
    """Return how many cells a range has; a whole row or column counts for the sheet."""
    first, _, last = ref.partition(":")
    begin, end = _CELL.fullmatch(first), _CELL.fullmatch(last or first)
    if begin is None or end is None:
        return ALL
    return (abs(int(end[2]) - int(begin[2])) + 1) * (abs(_column(end[1]) - _column(begin[1])) + 1)
