"""Lines of goods as a form or a pasted table says them: which good, which lot, how many; what is wrong with a line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from bulou.relief.stock.models import Good
from bulou.ui.words import begin, english

#: Blank lines of a form below those of what is on hand; lines of a table at once; units of one line.
BLANK, MOST, LARGEST = 4, 500, 10_000_000
#: Titles of the columns of a table, in both languages; the first two say the good.
CODE, NAME, LOT, EXPIRES, QUANTITY, COUNTED = (
    ("编码", "Code"), ("物资", "Good"), ("批号", "Lot"), ("有效期", "Expires"), ("数量", "Quantity"),
    ("实点数量", "Counted"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A line that can be taken. ``lot`` 0: without a lot, or with one that is still to be entered."""

    row: int
    good: Good
    lot: int
    number: str
    expires: date | None
    quantity: int


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a line cannot be taken: which field, what stands there, what was expected."""

    line: int
    field: str
    value: str
    expected: str


@dataclass(slots=True)
class Read:
    """What was understood, and what was not."""

    lines: list[Line] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)


def name_of(good: Good) -> str:
    """Write a good in the reader's language."""
    return (english() and good.name_en) or good.name


def label(good: Good) -> str:
    """Write a good as a field lists it."""
    return f"{name_of(good)} {good.code}"


class Goods:
    """Goods by what people write for them: the label, the code, either name."""

    def __init__(self, known: Iterable[Good]) -> None:
        self.known = list(known)
        self.by: dict[str, set[int]] = {}
        self.of = {good.pk: good for good in self.known}
        for good in self.known:
            for text in (good.code, good.name, good.name_en, f"{good.name} {good.code}", f"{good.name_en} {good.code}"):
                if text.strip():
                    self.by.setdefault(_key(text), set()).add(good.pk)

    def find(self, text: str) -> Good | None:
        """Return the one good that a text means, None where it means none or several."""
        found = self.by.get(_key(text), set())
        return self.of[next(iter(found))] if len(found) == 1 else None


def _key(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def count(text: str) -> int | None:
    """Return the whole number that a text says, None for any other text."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").strip().removesuffix(".0")
    return int(plain) if re.fullmatch(r"\d{1,8}", plain) and int(plain) <= LARGEST else None


def day(text: str) -> date | None:
    """Return the day that a text says: 2022-05-01, 2022/5/1, 20220501, 2022年5月1日; None for any other."""
    found = re.fullmatch(
        r"(\d{4})\s*(?:[-/.年]\s*)?(\d{1,2})\s*(?:[-/.月]\s*)?(\d{1,2})\s*日?(?:[ T]00:00(?::00)?)?",
        unicodedata.normalize("NFKC", text).strip(),
    )  # fmt: skip
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def line(
    row: int, cells: Mapping[str, str], goods: Goods, zero: bool = False,
    lot: tuple[int, str, date | None] | None = None,
) -> Line | Wrong | None:  # fmt: skip
    """Return what one line says; None where it says nothing.

    Parameters:
        cells: ``good``, ``number``, ``expires``, ``quantity`` as written.
        zero: whether nothing at all is a quantity, as in a count.
        lot: the lot where it is known already: its number in the register, what stands on it.
    """
    said = {name: cells.get(name, "").strip() for name in ("good", "number", "expires", "quantity")}
    if not said["quantity"] and (lot is not None or not any(said.values())):
        return None
    good = goods.find(said["good"])
    if good is None:
        return Wrong(row, _("物资"), said["good"][:60], _("登记过的物资：名称或编码"))
    n = count(said["quantity"])
    if n is None or (n == 0 and not zero):
        expected = _("0至%(most)s的整数") if zero else _("1至%(most)s的整数")
        return Wrong(row, _("数量"), said["quantity"][:40], expected % {"most": f"{LARGEST:,}"})
    if lot is not None:
        return Line(row, good, *lot, n)
    expires = day(said["expires"])
    if said["expires"] and expires is None:
        return Wrong(row, _("有效期"), said["expires"][:40], _("日期，例如 2022-05-01"))
    if len(said["number"]) > 40:
        return Wrong(row, _("批号"), said["number"][:40], _("最多40个字"))
    if good.keeps == "none":
        return Line(row, good, 0, "", None, n)
    if n and good.keeps == "expiry" and expires is None:
        return Wrong(row, _("有效期"), "", _("这种物资须填有效期"))
    if n and good.keeps == "lot" and not said["number"]:
        return Wrong(row, _("批号"), "", _("这种物资须填批号"))
    return Line(row, good, 0, said["number"], expires, n)


def of_table(text: str, goods: Goods, zero: bool = False) -> Read:
    """Return what a table with titles says; nothing where no line has the titles that it takes."""
    out, head = Read(), list[str]()
    amount = COUNTED if zero else QUANTITY
    for number, raw in enumerate(text.splitlines(), 1):
        row = [cell.strip() for cell in raw.split("\t")]
        if not head:
            named = any(title in row for title in (*CODE, *NAME)) and any(title in row for title in amount)
            head = row if named else []
        elif any(row):
            cells = dict(zip(head, [*row, *[""] * (len(head) - len(row))], strict=False))
            said = {
                "good": _cell(cells, CODE) or _cell(cells, NAME), "number": _cell(cells, LOT),
                "expires": _cell(cells, EXPIRES), "quantity": _cell(cells, amount),
            }  # fmt: skip
            if not said["quantity"]:
                continue  # a row of the file that was left as it was
            _take(out, line(number, said, goods, zero))
    return _once(out)


def _cell(cells: Mapping[str, str], titles: Sequence[str]) -> str:
    return next((cells[title] for title in titles if cells.get(title)), "")


def of_form(
    form: Mapping[str, str], goods: Goods, known: Mapping[tuple[int, int], tuple[str, date | None]], zero: bool = False
) -> Read:  # fmt: skip
    """Return what a form says.

    Parameters:
        known: what stands on the lots that the form lists, by (good, lot): their fields are called ``q_GOOD_LOT``.
    """
    out = Read()
    for row, ((good, lot), (number, expires)) in enumerate(known.items(), 1):
        found = goods.of.get(good)
        cells = {"good": found.code if found else "", "quantity": form.get(f"q_{good}_{lot}", "")}
        _take(out, line(row, cells, goods, zero, (lot, number, expires)))
    for n in range(BLANK):
        cells = {name: form.get(f"n{n}_{name}", "") for name in ("good", "number", "expires", "quantity")}
        _take(out, line(len(known) + n + 1, cells, goods, zero))
    return _once(out)


def _take(out: Read, found: Line | Wrong | None) -> None:
    if isinstance(found, Wrong):
        out.wrong.append(found)
    elif found is not None:
        out.lines.append(found)


def _once(out: Read) -> Read:
    """Name each line that says a good and lot again."""
    seen: set[tuple[int, int, str, date | None]] = set()
    for one in out.lines:
        key = (one.good.pk, one.lot, one.number, one.expires)
        if key in seen:
            out.wrong.append(Wrong(one.row, _("物资"), name_of(one.good), _("每种物资、每个批号只出现一行")))
        seen.add(key)
    if len(out.lines) > MOST:
        out.wrong.append(Wrong(MOST + 1, _("物资"), "", _("一次最多%(n)s行") % {"n": MOST}))
    return out


def titles(*columns: tuple[str, str]) -> list[str]:
    """Return the titles of columns in the reader's language."""
    return [begin(title[english()]) for title in columns]
