"""Whom a row of a list means, and what will be said of him: one sure answer, or the row is given back. Pure.

A row means somebody who lives behind its door, in its places, under its name; two people of a row are both meant or
none. Whatever of a row is neither a name nor a place nor a word that is understood makes it unreadable.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from bulou.ledger.vocabulary import DutyKind, Mark
from bulou.people.list_code import stamp
from bulou.people.rules import mask_name
from bulou.places.keys import LOST, building_key, door_key, name_key, stairwell_key
from bulou.places.place_names import same_place, written_way
from bulou.rounds.chat_list import words
from bulou.rounds.chat_list.lines import Said

#: Parts that may belong to one name, as in Latin names of several words; characters of names and words that are written
#: together.
MOST_PARTS, GLUED = 4, 12
_AND = re.compile("[和与及跟]")
#: What stands for characters of a name that are hidden or were lost on the way.
_LOST = re.compile(f"[*?{LOST}]")


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody who can be meant.

    Parameters:
        area: where the duty stands.
        names: of the areas on the way to the door, by level, each in all languages.
        homes: the door as our own files write it.
        stands: of somebody who is registered elsewhere than where the duty stands, the names of the areas on the way to
            that place. Behind which door he is there, nobody knows: only a code means him.
        outcome: None for who owes nothing here.
    """

    person: int
    name: str
    area: int
    names: Mapping[int, Collection[str]]
    building: str
    stairwell: str
    door: str
    homes: Collection[str] = ()
    outcome: int | None = None
    stage: int = 0
    mark: int = 0
    reason: str | None = None
    stands: Mapping[int, Collection[str]] | None = None


@dataclass(frozen=True, slots=True)
class Matched:
    """A row with a person whom it means. ``act``: a typed reason of the duty, or ``called``."""

    line: int
    text: str
    who: Resident
    act: str

    @property
    def person(self) -> int:
        """The person's id."""
        return self.who.person

    @property
    def area(self) -> int:
        """Where the duty stands."""
        return self.who.area


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is not applied, and why; ``detail``: the part that it is about."""

    line: int
    text: str
    why: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of each row. ``otherwise``: the act of a row without a word; ``within``: tells whether an area lies
    where the list is from.
    """

    kind: DutyKind
    otherwise: str = ""
    within: Callable[[int], bool] = field(default=lambda _area: True)


def candidates(said: Said) -> set[str]:
    """Return the keys of all names that a row may hold, to be looked for in the register."""
    return {key for tokens in (said.before, said.after) for key in _keys(tokens)}


def _keys(tokens: Sequence[str]) -> Iterator[str]:
    for at in range(len(tokens)):
        for n in range(1, MOST_PARTS + 1):
            yield name_key("".join(tokens[at : at + n])[:60])
        glued = "" if tokens[at].isascii() else tokens[at][:GLUED]
        for begin in range(len(glued) - 1):
            yield from (name_key(glued[begin:end]) for end in range(begin + 2, len(glued) + 1))


def settle(
    said: Said, known: Mapping[str, Sequence[Resident]], coded: Mapping[int, Resident], asked: Asked
) -> list[Matched] | Rejected:
    """Return each person whom a row means with what is said, or why the row is given back.

    Parameters:
        known: who could be meant, by the key of the name, within the reader's areas.
        coded: the same by code.
    """
    if said.code:
        return _coded(said, coded.get(said.code), asked)
    found = {key: known[key] for key in candidates(said) if key in known}
    at_door = {key: [one for one in people if at_the_door(said, one)] for key, people in found.items()}
    here = {key: people for key in at_door if (people := [one for one in at_door[key] if in_its_places(said, one)])}
    if not here:
        why = "place" if any(at_door.values()) else "door" if found else "unmatched"
        return Rejected(said.line, said.text, "masked" if _LOST.search("".join((*said.before, *said.after))) else why)
    before = list(_told_apart(said.before, here, asked.kind))
    after = list(_told_apart(said.after, here, asked.kind))
    place = "".join(text for text, is_name in before if not is_name and not words.acts_of(text, asked.kind))
    told = [one for one in before if one[1] or words.acts_of(one[0], asked.kind)] + after
    names = [name_key(text) for text, is_name in told if is_name]
    texts = [text for text, is_name in told if not is_name]
    why = _why(said, names, told)
    if why:
        return Rejected(said.line, said.text, why, " ".join(texts))
    people = [[one for one in here[key] if not place or written_way(place, one.names)] for key in names]
    if not all(people):
        return Rejected(said.line, said.text, "place", place)
    people = [[one for one in found if asked.within(one.area)] for found in people]
    if not all(people):
        return Rejected(said.line, said.text, "elsewhere")
    if any(len(found) > 1 for found in people):
        return Rejected(said.line, said.text, "ambiguous")
    word = " ".join([*texts, said.word])
    return _said(said, [found[0] for found in people], words.act_of(word, asked.kind, asked.otherwise), word, asked)


def _why(said: Said, names: list[str], told: list[tuple[str, bool]]) -> str:
    """Return why the names of a row are not sure, "" if they are."""
    kinds = [is_name for is_name, _ in groupby(is_name for _, is_name in told)]
    if not names:
        return "masked" if any(_LOST.search(text) for text, _ in told) else "unmatched"
    if said.table and not all(kinds):
        return "name"
    if kinds.count(True) > 1:
        return "mixed"  # a word for each of two people
    if said.count is not None and said.count != len(names):
        return "count"
    return "twice" if len(set(names)) < len(names) else ""


def at_the_door(said: Said, one: Resident) -> bool:
    """Tell whether somebody lives behind a door like that of a row, whatever compound it is of."""
    if one.stands is not None and not said.code:
        return False
    if said.building and said.building != building_key(one.building):
        return False
    if said.stairwell and one.stairwell and said.stairwell != stairwell_key(one.stairwell):
        return False
    return not said.door or said.door == door_key(one.door)


def in_its_places(said: Said, one: Resident) -> bool:
    """Tell whether somebody lives in all the places that a row names, or is owed something in all of them."""
    return any(
        all(
            written_way(text, names) if level == 0 else same_place(text, names.get(level, ()), level)
            for level, text in said.places.items()
        )
        for names in (one.names, one.stands)
        if names is not None
    )


def _told_apart(tokens: Sequence[str], here: Mapping[str, object], kind: DutyKind) -> Iterator[tuple[str, bool]]:
    """Yield (text, is a name) of the parts beside a door: a name is one of those who live there."""
    at = 0
    while at < len(tokens):
        for n in range(min(MOST_PARTS, len(tokens) - at), 0, -1):
            joined = "".join(tokens[at : at + n])
            if name_key(joined) in here and not _LOST.search(joined):
                yield joined, True
                at += n
                break
        else:
            yield from _unglued(tokens[at], here, kind) or [(tokens[at], False)]
            at += 1


def _unglued(token: str, here: Mapping[str, object], kind: DutyKind) -> list[tuple[str, bool]]:
    """Return names and a word that are written together, as in 张三收到 or 张三和李四; nothing where it is not sure."""
    if not token or (name_key(token) in here and not _LOST.search(token)):
        return [(token, True)] if token else []
    for size in range(min(len(token) - 1, GLUED), 1, -1):
        if name_key(token[:size]) not in here or token[:size].isascii() or _LOST.search(token[:size]):
            continue
        rest = token[size:]
        if words.acts_of(rest, kind):
            return [(token[:size], True), (rest, False)]
        if more := _unglued(_AND.sub("", rest, count=1) if _AND.match(rest) else rest, here, kind):
            return [(token[:size], True), *more]
    return []


def _coded(said: Said, one: Resident | None, asked: Asked) -> list[Matched] | Rejected:
    if one is None or not asked.within(one.area):
        return Rejected(said.line, said.text, "unmatched")
    if said.check and said.check[:3].lower() != stamp(one.person, 0, None)[:3]:
        return Rejected(said.line, said.text, "code")
    name = "".join(said.after)
    if name and name not in (one.name, mask_name(one.name)) and name_key(name) != name_key(one.name):
        return Rejected(said.line, said.text, "code")
    if not (at_the_door(said, one) or said.home in one.homes) or not in_its_places(said, one):
        return Rejected(said.line, said.text, "code")
    if not said.word and said.check:
        rank, reason = words.state_of(*said.own, asked.kind)
        if said.check.lower() == stamp(one.person, rank, reason):
            return Rejected(said.line, said.text, "same")
    word = said.word or " ".join(filter(None, said.own))
    return _said(said, [one], words.act_of(word, asked.kind, asked.otherwise), word, asked)


def _said(said: Said, people: list[Resident], act: str, word: str, asked: Asked) -> list[Matched] | Rejected:
    if not act:
        return Rejected(said.line, said.text, "word" if word.strip() else "silent", word.strip())
    if act in (words.OPEN, words.SAMPLED, words.UNSURE) or act in words.NEVER:
        return Rejected(said.line, said.text, act if act in (words.OPEN, words.SAMPLED) else "never", word.strip())
    if any(one.outcome != 0 or one.stage >= asked.kind.took_part for one in people):
        return Rejected(said.line, said.text, "done")
    return [Matched(said.line, said.text, one, act) for one in people]


def once(settled: Sequence[list[Matched] | Rejected], kind: DutyKind) -> tuple[list[Matched], list[Rejected]]:
    """Return what is matched and what is not, each person once.

    Of two rows that say the same the first counts. Where two contradict each other and one of them would end the duty,
    neither is applied.
    """
    ends = {reason.name for reason in kind.reasons if reason.mark is Mark.EXCUSED}
    said: dict[int, set[str]] = {}
    for row in settled:
        for one in row if isinstance(row, list) else ():
            said.setdefault(one.person, set()).add(one.act)
    doubtful = {person for person, acts in said.items() if len(acts) > 1 and acts & ends}
    matched, rejected, seen = list[Matched](), list[Rejected](), set[int]()
    for row in settled:
        if isinstance(row, Rejected):
            rejected.append(row)
        elif any(one.person in doubtful for one in row):
            rejected.append(Rejected(row[0].line, row[0].text, "contradiction"))
        elif any(one.person in seen for one in row):
            rejected.append(Rejected(row[0].line, row[0].text, "twice"))
        else:
            seen |= {one.person for one in row}
            matched += row
    return matched, rejected
