"""Lists with columns, pasted or from Excel: which column says what, and each row as a chat line would say it. Pure.

Of several columns that could say the same the most specific one counts (室号 before 户号 before 门牌号); two of one
title make the list unreadable. What is not read is named, so that nothing stays unread in silence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bulou.places.keys import building_key, door_key, door_parts, stairwell_key, visible
from bulou.rounds.chat_list import lines
from bulou.rounds.chat_list.lines import Malformed, Said
from bulou.ui.identity_text import holds_identity, without

#: By what a column says: its titles, the most specific first. They include those that our own exports write.
TITLES: Mapping[str, tuple[str, ...]] = {
    "whole": ("原文", "line", "aswritten"),
    "code": ("编码", "人员编码", "code"),
    "check": ("校验", "check"),
    "street": (
        "街镇", "街道", "街道/镇", "所属街镇", "所属街道", "镇", "street", "streetortown", "town", "subdistrict",
    ),
    "neighbourhood": ("居委会", "居委", "所属居委", "社区", "村居", "neighbourhood", "neighborhood", "committee"),
    "compound": ("小区", "小区名称", "小区名", "里弄", "弄", "compound", "estate"),
    "building": ("楼栋", "楼号", "楼栋号", "幢号", "栋号", "号楼", "楼", "幢", "栋", "building", "block"),
    "stairwell": ("单元", "单元号", "门洞", "梯", "stairwell", "unit", "entrance"),
    "door": ("室号", "房号", "房间号", "室", "房", "户号", "门牌号", "门牌", "room", "flat", "apartment", "door"),
    "household": ("住户", "household"),
    "spot": ("地点", "place"),
    "address": ("地址", "住址", "家庭住址", "居住地址", "现住址", "详细地址", "address"),
    "name": ("姓名", "居民姓名", "人员姓名", "住户姓名", "name", "fullname", "resident"),
    "word": ("情况", "去向", "反馈", "说明", "备注", "remark", "remarks", "note", "notes", "outcome"),
    "state": ("状态", "本轮状态", "status", "statusinthisround", "state", "thisround"),
    "reason": ("原因", "reason"),
}  # fmt: skip
#: What our own files carry beside: not read, and not worth a word.
IGNORED = (
    "",
    "序号",
    "行号",
    "no",
    "no.",
    "未录入原因",
    "whynot",
    "自何时",
    "起始时间",
    "since",
    "至",
    "截止时间",
    "until",
)
#: What our own files carry besides, beside a check: a list of somebody else may mean an address by it.
OWN = ("登记住址", "registeredaddress")
_FIELDS = {title: (name, rank) for name, titles in TITLES.items() for rank, title in enumerate(titles)}
LEVELS = {"street": 2, "neighbourhood": 3, "compound": 4, "building": 5}
_CODE = re.compile(r"[Pp]?(\d{1,16})")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a table says what. ``unused``: titles of columns that are not read; ``twice``: of which there are two."""

    at: Mapping[str, int]
    titles: tuple[str, ...]
    unused: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()


@dataclass(slots=True)
class Read:
    """A list as read: rows and malformed lines in their order, and what else it said."""

    rows: list[Said | Malformed] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    #: By the number of a row's line: the line of its headings, to give both back together.
    heads: dict[int, int] = field(default_factory=dict)


def title_key(cell: str) -> str:
    """Return a column's title as it is compared."""
    return re.sub(r"[\s*:：]|\(.*?\)|\[.*?\]", "", visible(cell).lower())


def columns_of(cells: Sequence[str]) -> Columns | None:
    """Return what a line of titles says, or None where it is none."""
    found: dict[str, tuple[int, int]] = {}
    twice: list[str] = []
    unused: list[int] = []
    for at, cell in enumerate(cells):
        name, rank = _FIELDS.get(title_key(cell), ("", 0))
        if not name:
            unused.append(at)
        elif name not in found or rank < found[name][0]:
            unused += [found[name][1]] if name in found else []
            found[name] = (rank, at)
        elif rank == found[name][0]:
            twice.append(cell.strip())
        else:
            unused.append(at)
    where = {"door", "household", "address", "code"} & set(found)
    if not ("whole" in found or ("name" in found and where) or "code" in found):
        return None
    known = (*IGNORED, *(OWN if "check" in found else ()))
    left = tuple(cells[at].strip() for at in sorted(unused) if title_key(cells[at]) not in known)
    return Columns({name: at for name, (_, at) in found.items()}, tuple(cells), left, tuple(twice))


def read(text: str) -> Read:
    """Return a pasted list as rows; blank lines are left out, titles above the rows are told apart."""
    out, columns, head = Read(), None, 0
    for number, raw in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in raw.split("\t")]
        if not any(cells):
            columns = None if columns and "\t" not in raw else columns
            continue
        if "\t" in raw and (found := columns_of(cells)):
            columns, head = found, number
            out.unused += [title for title in found.unused if title not in out.unused]
            continue
        if columns and "\t" in raw:
            out.heads[number] = head
            out.rows.append(row_of(number, cells, columns))
            continue
        if not out.rows and lines.is_title(raw):
            out.titles.append(without(raw).strip())
            continue
        row = lines.line_of(number, raw.replace("\t", " "))
        if row is not None:
            out.rows.append(row)
    return out


def row_of(number: int, cells: Sequence[str], columns: Columns) -> Said | Malformed:
    """Return one row of a table."""
    part = {name: cells[at] if at < len(cells) else "" for name, at in columns.at.items()}
    shown = without(" ".join(cell for at, cell in enumerate(cells) if cell and at in set(columns.at.values())))
    if columns.twice:
        return Malformed(number, shown, "columns")
    if "whole" in part:
        return lines.line_of(number, part["whole"]) or Malformed(number, shown)
    if any(holds_identity(cell) for cell in part.values()) or lines.GONE in " ".join(part.values()):
        return Malformed(number, shown, "number")
    code = _CODE.fullmatch(part.get("code", ""))
    home, places = _home(part)
    if part.get("code") and not code:
        return Malformed(number, shown, "code")
    if not (code or (part.get("name") and home.door)):
        return Malformed(number, shown)
    if not code and not home.building:
        return Malformed(number, shown, "building")
    own = (part.get("state", ""), part.get("reason", ""))
    word = part.get("word", "")
    if not part.get("check"):  # of a list that we did not write, these are remarks like any other
        word, own = " ".join(filter(None, (word, *own))), ("", "")
    return Said(
        number, shown, home.building, home.stairwell, home.door, after=lines.parts(part.get("name", "")), table=True,
        places=places, home=part.get("household") or part.get("door", ""), code=int(code[1]) if code else 0,
        check=part.get("check", ""), word=word, own=own,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Home:
    building: str
    stairwell: str
    door: str


def _home(part: Mapping[str, str]) -> tuple[_Home, dict[int, str]]:
    """Return the door that a row says, and the names of places that it has to lie in, by level."""
    places = {level: part[name] for name, level in LEVELS.items() if part.get(name)}
    if part.get("spot"):  # street, compound and building, as our own files write them
        said = [one.strip() for one in part["spot"].split("·")]
        places |= dict(zip((2, 4, 5), said, strict=False)) if len(said) == 3 else {0: part["spot"]}
    told = door_parts(part.get("household") or part.get("door") or "")
    building = building_key(places[5]) if 5 in places else told.building or told.first
    stairwell = stairwell_key(part.get("stairwell", "")) or told.stairwell
    front = told.first or told.building
    if 5 in places and front and not stairwell:  # 2号楼, 1号101室: beside its building, a door's 号 is its stairwell
        stairwell = front if front != building else ""
    if part.get("address") and not told.door:
        row = lines.line_of(1, "1. " + part["address"])
        if isinstance(row, Said):
            before = "".join(row.before)
            return _Home(row.building, row.stairwell, row.door), places | ({0: before} if before else {})
    return _Home(building, stairwell, door_key(told.door) if told.door else ""), places
