"""Who a row of a list is: somebody on record, somebody new, or a doubt for a person to decide. Pure.

The rule, in words:

1. A number and a name that agree are one person, wherever the door. A number alone never is: with another name it stays
   with whoever had it, and the two are a doubt. Where the names may be one name written twice (same sound, a lost
   character) nobody is added; else the second person comes in without the number.
2. Without a number, a name behind a door is one person, unless something tells two apart: numbers, years or days of
   birth, sexes, beds; within one file also telephones. What might be any of several is a doubt, and nobody is added.
3. Two rows of one file are two claims: where they say the same in every cell they are one person and a doubt; where
   they differ in a remark or in what only one of them says, two people and a doubt.

What is in doubt changes nobody on record.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from bulou.places.births import Born
from bulou.places.names import wild
from bulou.places.telephones import same as same_phone

#: (key version, digest) of an identity number.
Digest = tuple[int, bytes]
#: Characters that forms without them write as their parts.
_PARTS = {
    "喆": "吉吉", "堃": "方方土", "䶮": "龙天", "昇": "日升", "珺": "王君", "玥": "王月", "赟": "文武贝", "翀": "羽中",
    "祎": "礻韦", "淼": "水水水", "犇": "牛牛牛", "骉": "马马马", "煊": "火宣", "烜": "火亘", "钰": "金玉",
    "𬭎": "金宏",
    "旻": "日文", "昉": "日方", "璟": "王景", "瑒": "王昜", "玹": "王玄", "珈": "王加", "𠮷": "土口",
}  # fmt: skip
#: Behind a door with so many people, or one that is no number, live more than a family.
_CROWD = 8


@dataclass(slots=True, eq=False)
class Known:
    """A person on record.

    ``row``: in which row of this file first named, 0 not yet; ``said`` and ``born`` are that row's.
    """

    id: int
    area: int
    stairwell: str
    door: str
    name: str
    name_key: str
    sound: str
    birth_year: int | None = None
    sex: int = 0
    bed: str = ""
    phone: str | None = None
    phone_2: str | None = None
    digest: Digest | None = None
    merged_into: int | None = None
    row: int = 0
    said: bytes = b""
    born: Born | None = None

    @property
    def phones(self) -> tuple[str, ...]:
        """Return the telephones that are known."""
        return tuple(one for one in (self.phone, self.phone_2) if one)


@dataclass(slots=True, eq=False)
class Claim:
    """What a row says of a person.

    ``digests``: of its number, under the current key first; ``doubt``: see ``names.Name``. ``own_year`` and
    ``own_sex`` are what the row says without its number.
    """

    row: int
    area: int
    stairwell: str
    door: str
    name: str
    name_key: str
    sound: str
    birth_year: int | None = None
    sex: int = 0
    bed: str = ""
    phones: tuple[str, ...] = ()
    digests: tuple[Digest, ...] = ()
    said: bytes = b""
    born: Born | None = None
    doubt: str = ""
    own_year: int | None = None
    own_sex: int = 0

    def without_number(self) -> Claim:
        """Return the same without the number and what is in it: the number is somebody else's."""
        return replace(self, digests=(), birth_year=self.own_year, sex=self.own_sex)


@dataclass(slots=True)
class Doubt:
    """A question for a person: ``kind`` of ``vocabulary.DOUBTS``, ``other`` where the row's person is on record."""

    kind: str
    person: Known
    other: Known | None = None


@dataclass(slots=True)
class Decision:
    """What becomes of a row. ``person`` is None only where it is in doubt and nobody was added.

    ``applies``: the row may change what is known of the person; ``number``: its number is the person's.
    """

    person: Known | None
    is_new: bool = False
    applies: bool = True
    number: bool = True
    doubts: list[Doubt] = field(default_factory=list[Doubt])


class People:
    """Those who rows may mean: by number and by door. What a row adds is known to the rows behind it."""

    def __init__(self, known: Iterable[Known] = ()):
        self._by_digest: dict[Digest, Known] = {}
        self._by_door: dict[tuple[int, str], list[Known]] = {}
        self._ids: set[int] = set()
        for person in known:
            self.add(person)

    def add(self, person: Known) -> None:
        """Take in a person; one that is there already is left as it is."""
        if person.id in self._ids:
            return
        self._ids.add(person.id)
        self._by_door.setdefault((person.area, person.door), []).append(person)
        if person.digest and person.merged_into is None:
            self._by_digest[person.digest] = person

    def numbered(self, claim: Claim) -> Known | None:
        """Return who has the number of a row."""
        return next((found for digest in claim.digests if (found := self._by_digest.get(digest))), None)

    def behind(self, claim: Claim) -> list[Known]:
        """Return who lives behind the door of a row; a list may lack the stairwell."""
        return [
            one for one in self._by_door.get((claim.area, claim.door), ())
            if one.stairwell == claim.stairwell or not one.stairwell or not claim.stairwell
        ]  # fmt: skip

    def taken(self, claim: Claim, decision: Decision) -> None:
        """Remember what a row has made of a person."""
        person = decision.person
        if person is None:
            return
        if decision.number and claim.digests and person.merged_into is None:
            person.digest = claim.digests[0]
            self._by_digest[person.digest] = person
        if decision.applies:
            person.birth_year, person.sex = person.birth_year or claim.birth_year, person.sex or claim.sex
            person.bed = person.bed or claim.bed
        if not person.row:
            person.row, person.said, person.born = claim.row, claim.said, claim.born

    def moved(self, person: Known, area: int, stairwell: str, door: str) -> None:
        """Put a person behind another door."""
        if (person.area, person.door) != (area, door):
            self._by_door[person.area, person.door].remove(person)
            self._by_door.setdefault((area, door), []).append(person)
        person.area, person.stairwell, person.door = area, stairwell, door


def decide(claim: Claim, people: People, registered: bool = False) -> Decision:
    """Return who a row is. A new person's ``person`` is None and ``is_new``; the caller adds it and fills it in.

    Parameters:
        registered: the list says where people are registered, so that its doors say nothing against a number.
    """
    person = people.numbered(claim)
    if person is None:
        return _by_door(claim, people)
    there = _same_door(claim, person)
    if person.name_key == claim.name_key:
        if there or registered:
            return Decision(person)
        if person.row:
            return Decision(person, applies=False, doubts=[Doubt("twice", person)])
        twin = [one for one in _namesakes(claim, people) if one is not person and not apart(claim, one)]
        return Decision(person, doubts=[Doubt("namesake", person, one) for one in twin[:1] if one.merged_into is None])
    kind = "twice" if person.row else "number"
    if alike(claim, person):
        return Decision(None, applies=False, number=False, doubts=[Doubt("name" if there else kind, person)])
    without = _by_door(claim.without_number(), people, [person])
    without.number = False
    if without.person is not None or without.is_new:
        without.doubts.insert(0, Doubt(kind, person, without.person))
    return without


def _by_door(claim: Claim, people: People, but: Iterable[Known] = ()) -> Decision:
    """Return who a row is by name and door."""
    namesakes = [one for one in _namesakes(claim, people) if one not in but]
    if merged := [one for one in namesakes if one.merged_into is not None]:
        namesakes = [one for one in namesakes if one.merged_into is None]
        if not namesakes:
            return Decision(merged[0], applies=False, number=False)
    fitting = [one for one in namesakes if not apart(claim, one)]
    unseen = [one for one in fitting if not one.row]
    if unseen:
        return _among(claim, unseen, namesakes, people)
    if fitting:
        return _again(claim, fitting)
    others = [one for one in people.behind(claim) if one.name_key != claim.name_key and one not in but]
    for one in others:
        if not one.row and one.merged_into is None and not apart(claim, one) and alike(claim, one):
            return Decision(None, applies=False, number=False, doubts=[Doubt("name", one)])
    return Decision(None, is_new=True)


def _among(claim: Claim, unseen: list[Known], namesakes: list[Known], people: People) -> Decision:
    """Return which of those whom this file has not named yet a row means."""
    if len(namesakes) == 1 and not (_crowd(claim, people) and _phones_apart(claim, unseen[0])):
        return Decision(unseen[0])
    for evidence in (_phones_agree, _same_bed, _same_year, _same_profile):
        meant = [one for one in unseen if evidence(claim, one)]
        if len(meant) == 1 or (meant and evidence is _same_profile):
            return Decision(meant[0])
    likely = sorted(unseen, key=lambda one: (_phones_apart(claim, one), one.id))[0]
    return Decision(None, applies=False, number=False, doubts=[Doubt("several", likely)])


def _again(claim: Claim, seen: list[Known]) -> Decision:
    """Return who a row is that has name and door of an earlier one of its file, with nothing strong to tell apart."""
    for one in seen:
        if _phones_agree(claim, one) or (claim.digests and one.digest):
            return Decision(one)
    for one in seen:
        if one.said == claim.said:
            return Decision(one, applies=False, number=not one.digest, doubts=[Doubt("namesake", one)])
    return Decision(None, is_new=True, doubts=[Doubt("namesake", seen[0])])


def _namesakes(claim: Claim, people: People) -> list[Known]:
    return [one for one in people.behind(claim) if one.name_key == claim.name_key]


def _same_door(claim: Claim, person: Known) -> bool:
    return (claim.area, claim.door) == (person.area, person.door) and (
        claim.stairwell == person.stairwell or not claim.stairwell or not person.stairwell
    )


def apart(claim: Claim, one: Known) -> bool:
    """Tell whether something says that these are two people, whatever their names."""
    if claim.digests and one.digest and one.digest not in claim.digests:
        return True
    if claim.birth_year and one.birth_year and claim.birth_year != one.birth_year:
        return True
    if (claim.sex and one.sex and claim.sex != one.sex) or (claim.bed and one.bed and claim.bed != one.bed):
        return True
    return bool(one.row) and (_days_apart(claim.born, one.born) or _phones_apart(claim, one))


def _days_apart(one: Born | None, other: Born | None) -> bool:
    if not one or not other or not (one.month and other.month):
        return False
    return one.month != other.month or bool(one.day and other.day and one.day != other.day)


def _phones_agree(claim: Claim, one: Known) -> bool:
    return any(same_phone(a, b) for a in claim.phones for b in one.phones)


def _phones_apart(claim: Claim, one: Known) -> bool:
    return bool(claim.phones and one.phones) and not _phones_agree(claim, one)


def _same_bed(claim: Claim, one: Known) -> bool:
    return bool(claim.bed) and claim.bed == one.bed


def _same_year(claim: Claim, one: Known) -> bool:
    return bool(claim.birth_year) and claim.birth_year == one.birth_year


def _same_profile(claim: Claim, one: Known) -> bool:
    """Tell whether a row says just what is known, no more and no less: then it matters to nobody which of two it is."""
    return (claim.birth_year, claim.sex, claim.bed, claim.phones) == (one.birth_year, one.sex, one.bed, one.phones)


def _crowd(claim: Claim, people: People) -> bool:
    return not any(c.isdigit() for c in claim.door) or bool(claim.bed) or len(people.behind(claim)) > _CROWD


def alike(claim: Claim, one: Known) -> bool:
    """Tell whether two different keys may be one name: of one sound, with lost characters, or taken to pieces."""
    if claim.name_key == one.name_key:
        return True
    if claim.sound and claim.sound == one.sound and len(claim.name_key) == len(one.name_key):
        return True
    return (
        _stands_for(claim.name, claim.name_key, one.name_key)
        or _stands_for(one.name, one.name_key, claim.name_key)
        or _in_pieces(claim.name_key, one.name_key)
        or _in_pieces(one.name_key, claim.name_key)
        or _no_digits(claim.name_key) == _no_digits(one.name_key)
    )


def _stands_for(name: str, key: str, other: str) -> bool:
    pattern = wild(name, key)
    return bool(pattern and pattern.fullmatch(other))


def _no_digits(key: str) -> str:
    return re.sub(r"\d+", "", key)


def _in_pieces(whole: str, pieces: str) -> bool:
    """Tell whether the second name is the first one with one character taken to pieces (赵喆宇, 赵吉吉宇)."""
    if "".join(_PARTS.get(c, c) for c in whole) == "".join(_PARTS.get(c, c) for c in pieces):
        return True
    if len(pieces) != len(whole) + 1 or len(whole) < 3:
        return False
    return any(whole[:at] == pieces[:at] and whole[at + 1 :] == pieces[at + 2 :] for at in range(1, len(whole) - 1))
