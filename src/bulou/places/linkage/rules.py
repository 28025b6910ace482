"""When two records of two sources are one person: named rules over the levels of ``model.COMPARISONS``. Pure.

A rule is read beside Splink's weight: a certain pair is certain by a rule that a person can check, or by a weight that
strangers do not reach. An identity number alone never is: with another name and another door the pair is a doubt.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """A reason for a merge or a doubt, first that fits counts. ``sql``: over the levels, as ``decide.sql`` has them."""

    name: str
    zh: str
    en: str
    sql: str


#: Bits above which a pair is one person, where no rule says so: strangers reach it once in a million candidates.
SURE = 14.0
#: Bits below which a pair is not worth a visit.
FLOOR = -4.0
#: How many bits the next best candidate must lie behind, for a merge without a person's eyes.
MARGIN = 3.0

_NOTHING_AGAINST = "number <> 0 AND birth <> 0"

CERTAIN = (
    Rule("number", "证件号码与姓名相符", "identity number and name", "number = 1 AND name >= 1"),
    Rule(
        "birth_door", "姓名、出生日期、住处相同", "name, day of birth and door",
        "name >= 1 AND birth = 3 AND place >= 3 AND number <> 0",
    ),
    Rule(
        "birth_phone", "姓名、出生日期、电话相同", "name, day of birth and telephone",
        "name >= 1 AND birth = 3 AND phone >= 1 AND number <> 0",
    ),
    Rule("phone", "姓名、电话相同", "name and telephone", f"name >= 2 AND phone = 2 AND {_NOTHING_AGAINST}"),
    Rule("door_phone", "住处、电话相同，姓名一字之差", "door and telephone, a slip in the name",
         f"name >= 1 AND phone >= 1 AND place >= 3 AND {_NOTHING_AGAINST}"),
    Rule("door", "姓名、住处相同", "name and door", f"name = 3 AND place >= 3 AND {_NOTHING_AGAINST}"),
    Rule("birth", "姓名、出生日期相同，全区唯一", "name and day of birth, nobody else has both",
         f"name = 3 AND birth = 3 AND number <> 0 AND weight >= {SURE - 6}"),
    Rule("weight", "各项综合相符", "all that is said, taken together",
         f"name >= 1 AND weight >= {SURE} AND {_NOTHING_AGAINST}"),
)  # fmt: skip

DOUBTFUL = (
    Rule("same_number", "证件号码相同，姓名不同", "one identity number, another name", "number = 1"),
    Rule("similar_name", "住处相同，姓名相近", "one door, a similar name",
         f"name BETWEEN 1 AND 2 AND place = 4 AND {_NOTHING_AGAINST}"),
    Rule("contradicted", "姓名、住处相同，其他信息不符", "name and door, but something contradicts",
         "name >= 2 AND place >= 3"),
    Rule("likely", "多项相符，尚不能确定", "several agree, not enough to be sure", "name >= 1 AND weight > 0"),
)  # fmt: skip

#: Reasons that no pair's levels give: the rest of a district, looked at once more.
OTHERS = (
    Rule("contested", "有两个以上可能的人", "more than one may be meant", ""),
    Rule("namesake", "其余人员中仅此一个同名", "the only namesake among those left over", ""),
)
#: Every reason by name.
REASONS = {rule.name: rule for rule in (*CERTAIN, *DOUBTFUL, *OTHERS)}


def case(rules: tuple[Rule, ...]) -> str:
    """Return the rules as one expression of SQL that gives the number of the first that fits, from 1; 0 for none."""
    whens = " ".join(f"WHEN {rule.sql} THEN {at}" for at, rule in enumerate(rules, 1))
    return f"CASE {whens} ELSE 0 END"
