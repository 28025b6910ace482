"""The people of a synthetic town: household sizes, ages that fit together, needs, and names nobody bears.

Nobody generated here can be taken for a real person:

- every given name begins with the mark 试 ("trial");
- every phone number begins with 000: 00 is the international prefix, and no country code begins with 0;
- every identity number begins with the region code 000000, which does not exist; its check digit is right
  (ISO 7064 MOD 11-2, as GB 11643 prescribes), so that checks can be tried on it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

MARK = "试"
PHONE_PREFIX = "000"
REGION = "000000"
NEEDS = ("bedridden", "dialysis", "infant", "pregnant", "alone_over_75")

#: Common surnames with rounded weights per thousand, enough to give lists their usual look.
SURNAMES = (
    "王71李70张66刘52陈46杨31赵24黄23周21吴20徐19孙18胡14朱13高12林12何11郭11马11罗10梁10宋9郑9谢8韩8唐7冯7于7董7萧6"
    "程6曹6袁5邓5许5傅5沈5曾5彭5吕5苏4卢4蒋4蔡4贾4丁4魏4薛4叶4阎4余4潘4杜4戴4夏4钟4汪4田4任4姜4范4方4石4姚4谭4廖4邹4"
    "熊3金3陆3郝3孔3白3崔3康3毛3邱3秦3江3史3顾3侯3邵3孟3龙3万3段3雷3钱3汤3尹3黎3易3常3武3乔3贺3赖3龚3文3"
)
GIVEN = (
    "安宁平和康健明朗清远文武思源立新建成国华永昌志远书言雨晴云帆星河山川林森松柏竹梅兰菊春夏秋冬晨曦朝阳晓月嘉禾佳美"
    "慧敏静雅淑芳秀英丽娟艳玲红霞燕萍莉婷雪琴洁颖欣怡悦乐欢笑歌诗画琪瑶珊瑜瑾璇宇轩浩然博达宏伟杰豪强军勇刚毅峰岭岩石"
    "海洋波涛江湖泉溪润泽沛霖凯旋鹏程飞翔鸿雁鹤龙虎麒麟骏驰"
)
CHECK_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
CHECK_DIGITS = "10X98765432"


def draw_sizes(people: int, shares: dict[str, float], rng: np.random.Generator) -> np.ndarray:
    """Return household sizes that add up to exactly ``people``; the last household takes what is left."""
    size = np.array([int(key) for key in shares])
    share = np.array(list(shares.values()))
    drawn = np.zeros(0, dtype=np.int64)
    while drawn.sum() < people:
        want = int((people - drawn.sum()) / (size @ share) * 1.02) + 16
        drawn = np.concatenate([drawn, rng.choice(size, want, p=share / share.sum())])
    ends = np.cumsum(drawn)
    last = int(np.searchsorted(ends, people))
    sizes = drawn[: last + 1]
    sizes[-1] -= ends[last] - people
    return sizes


def draw_ages(people: int, shares: dict[str, float], rng: np.random.Generator) -> np.ndarray:
    """Return ages whose groups of five have the given shares as nearly as whole people allow, youngest first."""
    start = np.array([int(key) for key in shares])
    share = np.array(list(shares.values()))
    exact = share / share.sum() * people
    counts = np.floor(exact).astype(np.int64)
    counts[np.argsort(-(exact - counts), kind="stable")[: people - int(counts.sum())]] += 1
    return np.sort(np.repeat(start, counts) + rng.integers(0, 5, people))


def fit_ages(sizes: np.ndarray, shares: dict[str, float], rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return (age, household row) of each person.

    A target age is drawn for every seat by a plain picture of households (children with parents a generation older,
    couples of like age, people alone mostly young or old); then the exact ages are dealt in the order of the targets,
    adults and children apart. The shares are met and the households stay believable. A child is never alone and is
    at least 18 years younger than the first person of the household.
    """
    people = int(sizes.sum())
    ages = draw_ages(people, shares, rng)
    household = np.repeat(np.arange(len(sizes)), sizes)
    seat = np.arange(people) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    size = sizes[household]

    # Which seats are children: weighted draw without replacement (largest of u ** (1 / weight)), never the first seat.
    weight = np.select(
        [seat == 0, (seat == 1) & (size == 2), seat == 1, seat == 2, seat == 3],
        [0, 0.06, 0, 1, 0.45],
        0.15,
    )
    key = np.where(
        weight > 0,
        np.log(rng.random(people) + 1e-12) / np.maximum(weight, 1e-9),
        -np.inf,
    )
    children = min(int((ages < 18).sum()), int((weight > 0).sum()))
    child = np.zeros(people, dtype=bool)
    child[np.argsort(-key, kind="stable")[:children]] = True
    has_child = np.bincount(household, weights=child, minlength=len(sizes)) > 0

    jitter = rng.normal(0, 1, people)
    alone = np.where(
        rng.random(len(sizes)) < 0.8,
        rng.normal(38, 10, len(sizes)),
        rng.normal(71, 10, len(sizes)),
    )
    pair = np.where(
        rng.random(len(sizes)) < 0.5,
        rng.normal(36, 8, len(sizes)),
        rng.normal(66, 9, len(sizes)),
    )
    family = rng.normal(37, 6, len(sizes)).clip(23, 52)
    grown = rng.normal(57, 7, len(sizes)).clip(44, 80)
    head = np.select([has_child, sizes == 1, sizes == 2], [family, alone, pair], grown)[household]
    elder = np.where(has_child[household], head + 27, head + 24)
    target = np.select(
        [seat == 0, seat == 1, (seat == 2) & ~has_child[household]],
        [head, head + 2.5 * jitter, head - 29 + 2 * jitter],
        elder + 3 * jitter,
    )
    # The parent is met before the child: children are dealt by the age their parent's target leaves them.
    result = np.zeros(people, dtype=np.int64)
    grown_up = np.flatnonzero(~child)
    result[grown_up[np.argsort(target[grown_up], kind="stable")]] = ages[children:]
    first = (np.cumsum(sizes) - sizes)[household]
    small = np.flatnonzero(child)
    want = result[first[small]] - 31 + 5 * jitter[small]
    result[small[np.argsort(want, kind="stable")]] = ages[:children]
    result[small] = np.minimum(result[small], (result[first[small]] - 18).clip(0))
    return result, household


def draw_needs(
    ages: np.ndarray,
    household: np.ndarray,
    settings: dict[str, Any],
    rng: np.random.Generator,
) -> np.ndarray:
    """Return a bit mask per person; bit i stands for NEEDS[i]."""
    people = len(ages)
    u = rng.random((3, people))
    bed = settings["bedridden"]
    bedridden = u[0] < np.select(
        [ages >= 80, ages >= 60],
        [bed["share_80"], bed["share_60_79"]],
        bed["share_under_60"],
    )
    weight = np.clip((ages - 30) / 10.0, 0, 5) * (ages >= 35)
    dialysis = u[1] < settings["dialysis"]["share"] * weight / max(weight.mean(), 1e-9)
    pregnant = (u[2] < settings["pregnant"]["share"]) & (ages >= 20) & (ages < 45) & ~bedridden
    alone = (ages >= 75) & (np.bincount(household)[household] == 1)
    flags = (bedridden & (ages >= 1), dialysis, ages < 1, pregnant, alone)
    return sum(flag.astype(np.int64) << bit for bit, flag in enumerate(flags))


def needs_lists(mask: np.ndarray) -> pl.Series:
    """Return the needs of each person as a list of names."""
    lists = [[name for bit, name in enumerate(NEEDS) if value >> bit & 1] for value in range(1 << len(NEEDS))]
    return pl.Series("needs", lists, dtype=pl.List(pl.String)).gather(mask)


def draw_names(household: np.ndarray, ages: np.ndarray, rng: np.random.Generator) -> pl.Series:
    """Return names: surname, the mark 试, one or two characters. Most members share the household's surname."""
    surnames, weights = surname_table()
    households = int(household[-1]) + 1 if len(household) else 0
    of_household = rng.choice(len(surnames), households, p=weights)[household]
    own = rng.choice(len(surnames), len(household), p=weights)
    # In about two adults of five the surname is another (a spouse keeps it); children carry the household's.
    pick = np.where((rng.random(len(household)) < 0.4) & (ages >= 18), own, of_household)
    letters = sorted(set(GIVEN))
    one = pl.Series(letters)
    second = pl.Series(["", *letters])
    tail = np.where(
        rng.random(len(household)) < 0.4,
        rng.integers(1, len(second), len(household)),
        0,
    )
    frame = pl.DataFrame(
        {
            "a": pl.Series(surnames).gather(pick),
            "b": one.gather(rng.integers(0, len(one), len(household))),
            "c": second.gather(tail),
        }
    )
    return frame.select(pl.concat_str("a", pl.lit(MARK), "b", "c").alias("name")).to_series()


def surname_table() -> tuple[list[str], np.ndarray]:
    """Return the surnames and their shares."""
    names, weights = [], []
    for letter in SURNAMES:
        if letter.isdigit():
            weights[-1] = weights[-1] * 10 + int(letter)
        else:
            names.append(letter)
            weights.append(0)
    share = np.array(weights, dtype=float)
    return names, share / share.sum()


def draw_phones(ages: np.ndarray, rng: np.random.Generator) -> pl.Series:
    """Return 11-digit numbers beginning with 000, no two alike; none for children under 12 and one adult in twelve."""
    people = len(ages)
    # A bijection of 0..10^8-1 (odd multiplier prime to 10): distinct without drawing and looking up.
    tail = (np.arange(people, dtype=np.int64) * 64_532_197 + int(rng.integers(0, 10**8))) % 10**8
    none = (ages < 12) | (rng.random(people) < 1 / 12)
    frame = pl.DataFrame({"tail": tail, "none": none})
    number = pl.lit(PHONE_PREFIX) + pl.col("tail").cast(pl.String).str.zfill(8)
    return frame.select(pl.when("none").then(None).otherwise(number).alias("phone")).to_series()


def birth_days(ages: np.ndarray, as_of: np.datetime64, rng: np.random.Generator) -> np.ndarray:
    """Return birth dates (datetime64[D]) that make the given ages on the day ``as_of``."""
    year = as_of.astype("datetime64[Y]")
    into_year = (as_of - year.astype("datetime64[D]")).astype(int)
    # Born within the 365 days that end `ages` years before as_of; a day of slack keeps leap years harmless.
    last = (year - ages).astype("datetime64[D]") + into_year - 1
    return last - rng.integers(0, 363, len(ages))


def id_numbers(born: np.ndarray) -> pl.Series:
    """Return 18-digit identity numbers of the region 000000: birth date, running number of that day, check digit.

    Raises:
        ValueError: more than 1,000 people were born on one day (a town far above ten million).
    """
    frame = pl.DataFrame({"born": born}).with_columns(pl.int_range(pl.len()).over("born").alias("n"))
    n = frame["n"].to_numpy()
    if len(n) and n.max() > 999:
        raise ValueError("more people than identity numbers for one birth date")
    ymd = frame["born"].dt.strftime("%Y%m%d").cast(pl.Int64).to_numpy()
    body = ymd * 1000 + n
    total = np.zeros(len(n), dtype=np.int64)
    rest = body.copy()
    for position in range(16, 5, -1):  # the six zeros of the region add nothing
        total += rest % 10 * CHECK_WEIGHTS[position]
        rest //= 10
    check = pl.Series(list(CHECK_DIGITS)).gather(total % 11)
    digits = pl.DataFrame({"body": body, "check": check})
    return digits.select(
        pl.concat_str(pl.lit(REGION), pl.col("body").cast(pl.String).str.zfill(11), "check").alias("id_number")
    ).to_series()
