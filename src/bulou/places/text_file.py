"""Lists that come as text: encoding and separator, told by what the titles say; damage told, not guessed away.

The standard library reads the rows one by one: a million take seconds and little memory. An encoding is never guessed
from statistics: among those that the bytes allow, the one counts under which the header says words that lists have
(GB18030 and Big5 read each other's bytes without an error).
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bulou.places.cells import kept
from bulou.places.names import CUT

_BLOCK = 1 << 20
_HEAD = 1 << 16
_SEPARATORS = ",;\t|"
#: So many physical lines may one cell have; a quote that nobody closed swallows more.
_LINES = 12
_SEP_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)


class UnreadableFile(ValueError):
    """The file cannot be read as a list; the message says what was expected, in Chinese and English."""


#: Tells how many titles of a row of cells are known.
Known = Callable[[Sequence[str]], int]


def _as_cut(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return CUT, error.end


codecs.register_error("bulou-cut", _as_cut)


@dataclass(frozen=True, slots=True)
class Form:
    """How a text is written. ``damaged``: some of its UTF-8 was cut in characters; ``skip``: a first line "sep=;"."""

    encoding: str
    separator: str
    damaged: bool = False
    skip: int = 0


def form_of(path: Path, known: Known) -> Form:
    """Return how a text file is written.

    Raises:
        UnreadableFile: a web page, or in no encoding of lists.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    start = head[:2000].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").replace(b"\0", b"").lower()
    if start.startswith(
        (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<head", b"<style", b"<div", b"<script")
    ):
        raise UnreadableFile(
            "这是网页（或 XML）而不是表格，请在 Excel 中打开后另存为 .xlsx"
            " / this is a web page (or XML), no table: open it in Excel and save as .xlsx"
        )
    tried = [found for encoding in _encodings(head) if (found := _tried(path, head, encoding, known))]
    if not tried:
        raise UnreadableFile("编码无法识别，请另存为 UTF-8 CSV 或 Excel / unknown encoding: save as UTF-8 CSV or Excel")
    best = max(tried, key=lambda found: found[0])
    if best[2]:
        raise UnreadableFile(
            "文件末尾在一个字的中间断开，后面的内容缺失，请重新导出"
            " / the file ends inside a character and the rest is missing: export it again"
        )
    return best[1]


def _encodings(head: bytes) -> tuple[str, ...]:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    if head.startswith(codecs.BOM_UTF8):
        return ("utf-8-sig",)
    odd, even = head[1::2].count(0), head[::2].count(0)
    if odd + even > len(head) // 20:  # digits and commas of UTF-16 without a mark at its beginning
        return ("utf-16-le",) if odd > even else ("utf-16-be",)
    runs = _HIGH.findall(head)
    if runs and all(len(run) == 1 for run in runs):  # single letters with accents: no Chinese text looks so
        return ("utf-8-sig", "cp1252")
    return ("utf-8-sig", "gb18030", "big5hkscs")


def _tried(path: Path, head: bytes, encoding: str, known: Known) -> tuple[int, Form, bool] | None:
    """Return (titles known, form, cut at its end) of a file under an encoding; None when it is not written so."""
    whole, broken = _decodes(path, encoding)
    damaged = not whole
    if damaged and not (encoding.startswith("utf-8") and _mostly_utf8(path)):
        return None
    text = head[: len(head) // 2 * 2].decode(encoding, errors="ignore").lstrip("\ufeff")
    separator, skip, score = _separator(text, known)
    return score + (100 if damaged else 0), Form(encoding, separator, damaged, skip), broken


def _separator(text: str, known: Known) -> tuple[str, int, int]:
    said = _SEP_LINE.match(text)
    lines = text.splitlines(keepends=True)[1 if said else 0 :][:40]
    scored = []
    for mark in [said[1]] if said else _SEPARATORS:
        titles = max((known(row) for row in csv.reader(lines, delimiter=mark)), default=0)
        scored.append((titles, text.count(mark), mark == ",", mark))
    titles, _, _, mark = max(scored)
    return mark, 1 if said else 0, titles


def _decodes(path: Path, encoding: str) -> tuple[bool, bool]:
    """Return whether a file is of an encoding all through, and whether it is but for a character cut at its end."""
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while block := file.read(_BLOCK):
                decoder.decode(block)
        except UnicodeDecodeError:
            return False, False
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return True, True
    return True, False


_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]+")


def _mostly_utf8(path: Path) -> bool:
    """Tell whether a file is UTF-8 with some characters cut: GB18030 has hardly three bytes in that order."""
    good = bad = 0
    with path.open("rb") as file:
        while block := file.readlines(_BLOCK):
            for line in block:
                for run in _HIGH.findall(line):
                    found = _SEQUENCE.findall(run)
                    good += sum(1 for one in found if len(one) > 2)
                    bad += len(_SEQUENCE.sub(b"", run)) > 0
    return good >= 3 and bad * 4 <= good


def rows(path: Path, form: Form) -> Iterator[list[str]]:
    """Yield every row of a text from the first, one list for each, also for a line "sep=;".

    Raises:
        UnreadableFile: a quote that nobody closed would swallow the rows below it.
    """
    errors = "bulou-cut" if form.damaged else "strict"
    with path.open(encoding=form.encoding, errors=errors, newline="") as file:
        for _ in range(form.skip):
            yield [file.readline().strip()]
        reader = csv.reader((line.replace("\0", "") for line in file), delimiter=form.separator)
        line = before = 0
        try:
            for cells in reader:
                line, before = reader.line_num, line
                if line - before > 1 and _swallowed(cells, line - before, form.separator):
                    raise _unclosed(before + 1 + form.skip)
                yield [kept(cell) for cell in cells]
        except csv.Error as error:
            raise _unclosed(reader.line_num + form.skip) from error


def _swallowed(cells: Sequence[str], lines: int, separator: str) -> bool:
    if lines > _LINES:
        return True
    return any(
        sum(1 for part in cell.splitlines()[1:] if part.count(separator) >= 2) > 0 for cell in cells if "\n" in cell
    )


def _unclosed(line: int) -> UnreadableFile:
    return UnreadableFile(f"第 {line} 行附近引号不成对 / unbalanced quotes near line {line}")
