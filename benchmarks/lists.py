"""A district of people drawn by a seed, as three offices' lists have it: the instance of the benchmark ``linkage``.

Households of relatives: children bear their father's surname, siblings often share a character of the given name, and
a few share the father's whole name but one stroke. The police list has everybody registered (movers at their old door),
the property manager's the tenants of each flat with few numbers, the vaccination list nearly everybody with a number.
Every list has its slips: a character of the same sound or another one, two swapped, digits mistyped or swapped, cells
left empty. Numbers are random with a right check digit.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢"
    "姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤"
)
GIVEN = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华国建文辉玲红志海云飞鹏浩宇婷雪梅子轩佳欣怡晨曦波斌"
    "俊凯莹珍琳洁梦雨诗涵梓萱博瑞东林生春庆福荣德安泰康宁智仁礼义信诚翔龙凤羽思源心慧颖倩薇蕾菲"
)
#: Characters that are taken one for another, by ear or by eye.
ALIKE = {
    "静": "靖", "伟": "炜", "玲": "铃", "丽": "莉", "军": "君", "波": "博", "佳": "嘉", "涛": "韬", "娟": "鹃",
    "子": "梓", "英": "瑛", "华": "桦", "红": "虹", "怡": "宜", "欣": "新", "宇": "雨", "辉": "晖", "王": "汪",
    "陈": "程", "周": "邹",
}  # fmt: skip
LISTS = ("police", "property", "vacc")


def draw(folder: Path, people: int, seed: int) -> None:
    """Write the three lists and their truth."""
    rng = np.random.default_rng(seed)
    town = _town(rng, people)
    row, truth = 0, []
    folder.mkdir(parents=True, exist_ok=True)
    for name in LISTS:
        held, columns = _listed(rng, town, name)
        order = rng.permutation(len(held))
        rows = np.arange(row, row + len(held))
        _write(folder / f"{name}.csv", {"row": rows[order], **{key: values[order] for key, values in columns.items()}})
        truth.append(np.stack((rows, held, town["household"][held])))
        row += len(held)
    found = np.concatenate(truth, axis=1)
    _write(folder / "truth.csv", dict(zip(("row", "person", "household"), found, strict=True)))


def _write(file: Path, columns: dict[str, Any]) -> None:
    import polars

    polars.DataFrame(dict(columns)).write_csv(file)


def _town(rng: np.random.Generator, people: int) -> dict[str, Any]:
    """Draw everybody: household, name, birth, number, telephone, the door and, of movers, the door before."""
    sizes = rng.choice((1, 2, 3, 4, 5), people, p=(0.25, 0.32, 0.25, 0.13, 0.05))
    household = np.repeat(np.arange(people), sizes)[:people]
    place = np.arange(people) - np.searchsorted(household, household)
    surnames, given = np.array(list(SURNAMES)), np.array(list(GIVEN))
    share = 1 / (np.arange(len(surnames)) + 6)
    of_house = rng.choice(surnames, people, p=share / share.sum())[household]
    own = rng.choice(surnames, people, p=share / share.sum())
    surname = np.where((place == 1) | ((place > 3) & (rng.random(people) < 0.5)), own, of_house)
    usual = 1 / (np.arange(len(given)) + 12)
    first, second = (rng.choice(given, people, p=usual / usual.sum()) for _ in range(2))
    generation = rng.choice(given, people)[household]
    shared = (place >= 2) & (rng.random(people) < 0.35)
    first = np.where(shared, generation, first)
    name = np.char.add(surname, np.where(rng.random(people) < 0.14, first, np.char.add(first, second)))
    age = np.where(place < 2, rng.integers(22, 92, people), rng.integers(0, 40, people))
    day = np.datetime64("2022-04-01") - (age * 365.25 + rng.integers(0, 365, people)).astype("timedelta64[D]")
    birth = day.astype(str)
    prefix = np.where(rng.random(people) < 0.6, 310104, rng.integers(320000, 380000, people)).astype(str)
    seventeen = np.char.add(np.char.add(prefix, np.char.replace(birth, "-", "")), _digits(rng, 0, 999, people, 3))
    number = np.char.add(seventeen, _check(seventeen))
    phone = np.char.add(_digits(rng, 130, 199, people, 3), _digits(rng, 0, 99_999_999, people, 8))
    old = (age < 10) | (age > 84)
    phone = np.where(old & (rng.random(people) < 0.6), phone[np.searchsorted(household, household)], phone)
    compounds = max(5, people // 1000)
    door = rng.integers(0, compounds, people), rng.integers(1, 40, people), _room(rng, people)
    before = rng.integers(0, compounds, people), rng.integers(1, 40, people), _room(rng, people)
    moved = (rng.random(people) < 0.2)[household]
    where = [np.where(moved, past[household], now[household]) for now, past in zip(door, before, strict=True)]
    return {
        "household": household, "name": name, "birth": birth, "number": number, "phone": phone,
        "now": [part[household] for part in door], "registered": where,
    }  # fmt: skip


def _digits(rng: np.random.Generator, low: int, high: int, count: int, width: int) -> Any:
    return np.char.zfill(rng.integers(low, high + 1, count).astype(str), width)


def _room(rng: np.random.Generator, count: int) -> Any:
    return rng.integers(1, 19, count) * 100 + rng.integers(1, 7, count)


def _check(seventeen: Any) -> Any:
    """Return the check digits (ISO 7064 MOD 11-2) of whole columns."""
    digits = np.frombuffer(np.char.encode(seventeen, "ascii").tobytes(), np.uint8).reshape(-1, 17) - 48
    weights = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
    return np.array(list("10X98765432"))[(digits * weights).sum(axis=1) % 11]


#: Of each list: whom it has, and which share of its cells says something.
_HELD = {"police": 0.8, "property": 0.92, "vacc": 0.93}
_SAYS = {
    "police": {"number": 1, "birth": 1, "phone": 0.25, "building": 1, "room": 1},
    "property": {"number": 0.15, "birth": 0.4, "phone": 0.88, "building": 1, "room": 0.97},
    "vacc": {"number": 0.94, "birth": 1, "phone": 0.95, "building": 0.9, "room": 0.75},
}
_SLIPS = {"police": 0.004, "property": 0.035, "vacc": 0.012}


def _listed(rng: np.random.Generator, town: dict[str, Any], name: str) -> tuple[Any, dict[str, Any]]:
    """Return whom a list has, and its columns."""
    held = np.flatnonzero(rng.random(len(town["name"])) < _HELD[name])
    count, slips, says = len(held), _SLIPS[name], _SAYS[name]
    home = town["registered" if name == "police" else "now"]
    columns = {
        "name": _misheard(rng, town["name"][held], slips),
        "id_number": _mistyped(rng, town["number"][held], slips / 2, 6),
        "birth_date": town["birth"][held],
        "phone": _mistyped(rng, town["phone"][held], slips / 2, 3),
        **{part: home[at][held].astype(str) for at, part in enumerate(("compound", "building", "room"))},
    }
    for column, key in (
        ("id_number", "number"), ("birth_date", "birth"), ("phone", "phone"), ("building", "building"),
        ("room", "room"),
    ):  # fmt: skip
        columns[column] = np.where(rng.random(count) < says[key], columns[column], "")
    return held, columns


def _misheard(rng: np.random.Generator, names: Any, share: float) -> Any:
    """Return names of which a share has another character, or two swapped."""
    names = names.astype(object)
    for at in np.flatnonzero(rng.random(len(names)) < share):
        letters, kind = list(names[at]), rng.random()
        spot = int(rng.integers(0, len(letters)))
        if kind < 0.25 and len(letters) == 3:
            letters[1], letters[2] = letters[2], letters[1]
        elif kind < 0.7:
            likely = [i for i, c in enumerate(letters) if c in ALIKE] or [spot]
            letters[likely[0]] = ALIKE.get(letters[likely[0]], GIVEN[int(rng.integers(0, len(GIVEN)))])
        else:
            spot = max(1, spot)
            letters[spot] = GIVEN[int(rng.integers(0, len(GIVEN)))]
        names[at] = "".join(letters)
    return names.astype(str)


def _mistyped(rng: np.random.Generator, numbers: Any, share: float, first: int) -> Any:
    """Return numbers of which a share has a wrong digit, or two swapped, from the place ``first`` on."""
    numbers = numbers.astype(object)
    for at in np.flatnonzero(rng.random(len(numbers)) < share):
        digits = list(numbers[at])
        spot = int(rng.integers(first, len(digits) - 1))
        if rng.random() < 0.5:
            digits[spot], digits[spot + 1] = digits[spot + 1], digits[spot]
        else:
            digits[spot] = str(rng.integers(0, 10))
        numbers[at] = "".join(digits)
    return numbers.astype(str)
