"""Which address a published name means: lanes, house numbers, compounds by several names, parts of them. Pure.

A list names a unit as its neighbours call it ("长桥三村(西南区)"), the residence lists give a lane or a house number
("罗秀路105号"). The two meet by keys: a road with its number, or a compound's own name without what names of its kind
end with. Other names of an address (a map's title of it) are further keys. Nothing here knows a district.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bulou.places.keys import visible

#: A road with a lane or house number: what an address is made of.
_ROAD = r"[㐀-鿿]{1,8}?(?:公路|大道|支路|路|街|道|塘|浜|桥|弄)"
_LANE = re.compile(rf"({_ROAD})(\d+)(弄|号)")
#: Several numbers of one road: 颛卫路135/155/175弄, 斜土路1515、1519号.
_SEVERAL = re.compile(rf"({_ROAD})((?:\d+(?:弄|号)?[、/,，和-])+\d+)(弄|号)")
#: What a compound's name may go without; taken off one by one from the end.
_ENDINGS = (
    "居民委员会", "居委会", "居委", "住宅小区", "住宅区", "公寓小区", "小区", "社区", "局部", "部分",
)  # fmt: skip
#: A part of a compound, at the end of its name or in brackets.
_PART = re.compile(
    r"(?:[东南西北中]{1,2}[区块苑部片侧半]|[一二三四五六七八九十\d]+期(?:[、,][一二三四五六七八九十\d]+期)*"
    r"|[A-Za-z\d]+[区块]|[东南西北])$"
)
_PART_SAID = re.compile(r"局部|部分|除|外围|以[东南西北]|[区块期侧片](?:$|[、,])|\d+[号幢栋楼#]|[东南西北]$")
_BRACKET = re.compile(r"\(([^()]*)\)")
#: Numbers behind a name: its buildings.
_BUILDINGS = re.compile(r"(?:第?[A-Za-z]?\d+[-至到、,.]?)+(?:号楼?|幢|栋|号)?.*$")
#: Words that are no name of a place by themselves.
_COMMON = frozenset((
    "工地", "宿舍", "小区", "新村", "公寓", "大楼", "花园", "酒店", "宾馆", "商铺", "市场", "学校", "医院", "养老院",
    "福利院", "沿街商铺", "中心村", "老街", "直管公房", "售后公房", "零星公房", "散户", "住宅", "别墅", "项目工地",
    "街坊", "菜场", "弄", "号", "村", "镇",
))  # fmt: skip
_DISTRICT = re.compile(r"^(?:上海市)?[㐀-鿿]{2,3}(?:新区|区)(?=[㐀-鿿]{3,})")
_STREET = re.compile(r"^[㐀-鿿]{2,6}?(?:街道|镇)(?=[㐀-鿿]{3,})")

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A name as read: the keys of the places it may mean, and whether it speaks of a part only."""

    keys: frozenset[Key]
    part: bool


def read(name: str) -> Said:
    """Return what a name means. One that says nothing of use has no keys."""
    text = re.sub(r"[\s·•.'’“”\"]+", "", visible(name))
    inside = _BRACKET.findall(text)
    outside = _BRACKET.sub("", text)
    keys: set[Key] = set()
    part = any(_PART_SAID.search(one) and not _LANE.search(one) for one in inside)
    inside = [one for one in inside if not _PART.fullmatch(one) and not one.startswith(("除", "含", "不含", "包括"))]
    for at, piece in enumerate([outside, *inside]):
        own, rest = _lanes(piece)
        keys |= own
        if at == 0 and own and re.match(r"[、,\d]*\d+[号幢栋楼]", rest):
            part = True
        for one in re.split(r"[、/;；,，]", rest):
            bare, cut = bare_name(one)
            if bare:
                keys.add(("name", bare))
                part = part or (cut and at == 0)
    return Said(frozenset(keys), part)


def _lanes(text: str) -> tuple[set[Key], str]:
    """Return the roads with numbers that a text holds, and what is left of it."""
    keys: set[Key] = set()
    for road, numbers, kind in _SEVERAL.findall(text):
        keys |= {("lane", _road(road), str(int(one)), kind) for one in re.findall(r"\d+", numbers)}
    for road, number, kind in _LANE.findall(text):
        keys.add(("lane", _road(road), str(int(number)), kind))
    return keys, _LANE.sub("", _SEVERAL.sub("", text))


def _road(name: str) -> str:
    return _STREET.sub("", _DISTRICT.sub("", name))


def bare_name(text: str) -> tuple[str, bool]:
    """Return a compound's name without ending, buildings and part; and whether a part or building was named."""
    name, cut = _STREET.sub("", _DISTRICT.sub("", text)), False
    if name.startswith("除") or name in _COMMON:
        return "", False
    for _ in range(6):
        before = name
        short = _BUILDINGS.sub("", name)
        if short != name:
            name, cut = short, True
        for ending in _ENDINGS:
            if name.endswith(ending) and len(name) - len(ending) >= 2:
                cut = cut or ending in ("局部", "部分")
                name = name.removesuffix(ending)
        found = _PART.search(name)
        if found and found.start() >= 3:
            name, cut = name[: found.start()], True
        if name == before:
            break
    if len(name) < 2 or name in _COMMON or not re.search(r"[㐀-鿿]{2}", name):
        return "", False
    return name, cut


@dataclass(frozen=True, slots=True)
class Found:
    """What a name means: addresses, and whether of each only a part."""

    addresses: frozenset[str]
    part: bool


@dataclass
class Addresses:
    """The addresses of one district by their keys."""

    by_key: dict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))
    roads: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, addresses: Iterable[str], other_names: Mapping[str, Iterable[str]]) -> Addresses:
        """Build the table: an address goes by its own text and by the other names that are known of it."""
        made = cls()
        for address in addresses:
            for text in (address, *other_names.get(address, ())):
                for key in read(text).keys:
                    made.by_key[key].add(address)
                    if key[0] == "lane":
                        made.roads.add(key[1])
        return made

    def find(self, said: Said) -> Found:
        """Return the addresses that a name means; none where none is known.

        A road may stand behind a compound's name without a space ("银亿茗悦斜土路1515号"), and a hamlet behind its
        village's ("三里村三里12组"): then the road, or the village in part, is meant.
        """
        out: set[str] = set()
        part = said.part
        for key in said.keys:
            own = set(self.by_key.get(key, ()))
            if not own and key[0] == "lane" and key[1] not in self.roads:
                own = self._behind(key)
            out |= own
        if not out:
            for kind, name, *_rest in said.keys:
                village = re.match(r"([\u3400-\u9fff]{2,5}?村)(?=[\u3400-\u9fff])", name) if kind == "name" else None
                if village and (own := self.by_key.get(("name", village[1]))):
                    out, part = out | own, True
        return Found(frozenset(out), part)

    def _behind(self, key: Key) -> set[str]:
        _kind, road, number, sort = key
        for start in range(1, len(road) - 1):
            if road[start:] in self.roads:
                name, _cut = bare_name(road[:start])
                named = self.by_key.get(("name", name), set()) if name else set()
                return set(self.by_key.get(("lane", road[start:], number, sort), ())) | named
        return set()
