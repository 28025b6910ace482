"""Which column of a list holds which field: the most specific title first, tables side by side told apart. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from bulou.places.vocabulary import FIELDS, IGNORED_TITLES, OTHERS_TITLES, SEVERAL_COLUMNS

#: Characters of titles as Hong Kong and Taiwan write them.
_SIMPLE = str.maketrans(
    "證號碼電話區樓單戶機聯繫鎮鄉備註棟門層籍與關係動園號詳細別齡銜實際現員體貫縣聯絡室詳處訊",
    "证号码电话区楼单户机联系镇乡备注栋门层籍与关系动园号详细别龄衔实际现员体贯县联络室详处讯",
)
_MARKS = re.compile(r"[ \t\r\n*:：_()\[\]【】\"'＊、。.]")
_PIECES = re.compile(r"[-—_/／>→:：]")


@dataclass(frozen=True)
class Header:
    """Where a header stands and what its columns are.

    ``row`` is 1-based; ``columns`` is {field: its columns, the most specific first}; ``unread`` are the columns that
    are not read, each with the title of the one that is read instead ('' where no field goes by that title); ``own``
    are the columns of one of several tables that stand side by side.
    """

    row: int
    titles: list[str]
    columns: dict[str, tuple[int, ...]]
    unread: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    own: tuple[int, ...] = ()

    @property
    def names_people(self) -> bool:
        """Tell whether the columns say who lives where: a name, and a door or an address."""
        return "name" in self.columns and ("door" in self.columns or "address" in self.columns)

    def title(self, name: str, at: int = 0) -> str:
        """Return the title of a field's column, '' where it has none."""
        columns = self.columns.get(name, ())
        return self.titles[columns[at]] if at < len(columns) else ""


@lru_cache(maxsize=5_000)
def title_key(title: str) -> str:
    """Return a column title as it is compared: half width, lower case, simplified, no spaces, brackets and marks."""
    title = unicodedata.normalize("NFKC", title).lower().translate(_SIMPLE)
    head = title.split("(")[0] if not title.startswith("(") else title
    return _MARKS.sub("", head)


def _synonyms() -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for one in FIELDS:
        for rank, title in enumerate((one.name, one.zh, one.en, *one.titles)):
            found.setdefault(title_key(title), (one.name, rank))
    return found


_SYNONYMS = _synonyms()
#: How a column of names is mostly titled, as it is written.
NAME_TITLES = frozenset(
    form for title in _SYNONYMS if _SYNONYMS[title][0] == "name" for form in (title, title.capitalize(), title.upper())
) | {"姓 名", "Full name", "Full Name", "姓  名", "姓　名"}
_IGNORED = {title_key(title) for title in IGNORED_TITLES}
_OTHERS = tuple(title_key(word) for word in OTHERS_TITLES)


@lru_cache(maxsize=5_000)
def field_of(title: str) -> tuple[str, int]:
    """Return the field that a title names and how specific it is (0 most); ("", 0) for none."""
    key = title_key(title)
    if found := _SYNONYMS.get(key):
        return found
    if any(word in key for word in _OTHERS):
        return "", 0
    if found := _SYNONYMS.get(key.rstrip("0123456789一二")):
        return (found[0], found[1] + 50) if found[0] in SEVERAL_COLUMNS else ("", 0)
    for piece in reversed(_PIECES.split(title)):
        if (found := _SYNONYMS.get(title_key(piece))) and title_key(piece) != key:
            return found[0], found[1] + 100
    return "", 0


def known(titles: Sequence[str]) -> int:
    """Return how many different fields a row of titles names."""
    return len({name for title in titles if title and len(title) < 40 and (name := field_of(title)[0])})


def match_titles(titles: Sequence[str], remembered: Mapping[str, str], row: int = 0) -> Header:
    """Return which columns hold which fields.

    Parameters:
        remembered: {field: title} as this source's columns were mapped before, or by hand. It goes before all others.
    """
    wanted = {title_key(title): name for name, title in remembered.items()}
    found: dict[str, list[tuple[int, int]]] = {}
    for at, title in enumerate(titles):
        name, rank = (wanted[title_key(title)], -1) if title_key(title) in wanted else field_of(title)
        if name:
            found.setdefault(name, []).append((rank, at))
    columns: dict[str, tuple[int, ...]] = {}
    beaten: dict[int, str] = {}
    for name, candidates in found.items():
        candidates.sort()
        taken = candidates if name in SEVERAL_COLUMNS else candidates[:1]
        columns[name] = tuple(at for _, at in taken)
        beaten |= {at: titles[taken[0][1]] for _, at in candidates[len(taken) :]}
    for at in list(beaten):
        # 楼 beside 楼号 is the floor.
        if "floor" not in columns and title_key(titles[at]) == "楼":
            columns["floor"] = (at,)
            del beaten[at]
    used = {at for several in columns.values() for at in several}
    unread = [
        (at, beaten.get(at, ""))
        for at, title in enumerate(titles)
        if title.strip() and at not in used and title_key(title) not in _IGNORED
    ]
    return Header(row, [title.strip() for title in titles], columns, unread)


def side_by_side(header: Header, remembered: Mapping[str, str]) -> list[Header]:
    """Return the headers of tables that stand side by side in one; mostly the header itself alone.

    Columns are taken for a second table when those titles come again at one distance: the name, and where people live.
    A title that comes once, such as the building before both, belongs to all.
    """
    fields = [field_of(title)[0] for title in header.titles]
    names = [at for at, name in enumerate(fields) if name == "name"]
    if len(names) < 2:
        return [header]
    step = names[1] - names[0]
    again = [
        at
        for at in range(max(0, names[0] - step + 1), names[0] + step)
        if at + step < len(fields) and fields[at] and fields[at] == fields[at + step]
    ]
    if not {fields[at] for at in again} & {"door", "address"}:
        return [header]
    groups: list[tuple[int, ...]] = []
    own = tuple(again)
    while all(at < len(fields) and fields[at] == fields[first] for at, first in zip(own, again, strict=True)):
        groups.append(own)
        own = tuple(at + step for at in own)
    inside = {at for group in groups for at in group}
    out = []
    for group in groups:
        titles = [title if at in group or at not in inside else "" for at, title in enumerate(header.titles)]
        found = match_titles(titles, remembered, header.row)
        out.append(Header(header.row, header.titles, found.columns, found.unread, group))
    return out


def find_header(head: Sequence[Sequence[str]], remembered: Mapping[str, str]) -> Header | None:
    """Return the header among the first rows of a page: the row that knows most titles, or two, one above the other.

    None when no row names both a name and where people live. A header of two rows has the number of the lower one.
    """
    best: Header | None = None
    for at, cells in enumerate(head):
        above = head[at - 1] if at else []
        both = [cell if cell.strip() else (above[n] if n < len(above) else "") for n, cell in enumerate(cells)]
        both += above[len(cells) :]
        for titles in (cells, both):
            if sum(1 for title in titles if len(title) >= 40) > 1:
                continue
            found = match_titles(titles, remembered, at + 1)
            if found.names_people and (best is None or len(found.columns) > len(best.columns)):
                best = found
    return best
