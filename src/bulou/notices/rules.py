"""What a notice may say and when it may go out; whom an audience names. Pure: no clock, no database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time

from bulou.notices.vocabulary import PUBLIC_VARIABLES, VARIABLES

#: House rule: text messages that are not urgent rest at night; a telephone gets so many of them in a day.
QUIET_FROM, QUIET_UNTIL = time(22), time(7)
A_DAY = 3
#: How often a message is tried, and the minutes between; after that it has failed.
TRIES, WAITS = 4, (1, 5, 15)
#: Characters that a text has at most.
LONGEST = {"title": 60, "text": 500, "public": 300}

_VARIABLE = re.compile(r"\{([^{}]*)\}")
#: A room, a door or a stairwell with a flat: "502室", "4号502", "Room 502", "#12-03".
_ROOM = re.compile(
    r"[0-9０-９一二三四五六七八九十百零]+\s*(室|房间|户门)|[0-9０-９]+\s*号\s*[0-9０-９]{2,}"
    r"|\b(room|rm|flat|apt|apartment|unit)\.?\s*#?\s*[0-9]+|#\s*[0-9]+-[0-9]+",
    re.IGNORECASE,
)
_TELEPHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a text. ``code``: variable, brace, room, name, telephone; ``found``: the place."""

    code: str
    found: str


def faults(text: str, public: bool = False) -> list[Fault]:
    """Return what is wrong with a template: unknown variables, stray braces; of a public one rooms and telephones."""
    allowed = PUBLIC_VARIABLES if public else tuple(one.name for one in VARIABLES)
    found = [Fault("variable", name) for name in _VARIABLE.findall(text) if name not in allowed]
    if re.search(r"[{}]", _VARIABLE.sub("", text)):
        found.append(Fault("brace", "{ }"))
    if public:
        found += [Fault("room", one[0]) for one in _ROOM.finditer(text)]
        found += [Fault("telephone", one[0][:3] + "…") for one in _TELEPHONE.finditer(text)]
    return found


def named(text: str, names: Iterable[str]) -> list[str]:
    """Return the names of people, of two characters or more, that stand in a text, whatever the spaces and case."""
    plain = squeezed(text)
    return sorted({name for name in names if len(squeezed(name)) > 1 and squeezed(name) in plain})


def squeezed(text: str) -> str:
    """Return a text without spaces, in one case."""
    return "".join(text.split()).casefold()


def filled(text: str, values: Mapping[str, str]) -> str:
    """Fill a template in one pass: what a value says is never read as a variable.

    Raises:
        KeyError: it names a variable that has no value.
    """
    return _VARIABLE.sub(lambda one: values[one[1]], text)


def quiet(at: time) -> bool:
    """Tell whether the local time of day is one at which nobody is disturbed."""
    return at >= QUIET_FROM or at < QUIET_UNTIL


def may_send(at: time, urgent: bool, today: int) -> str:
    """Return what becomes of a message now: "send", "wait" for the morning, or "limited".

    ``today``: messages that the telephone had within a day.
    """
    if urgent:
        return "send"
    if today >= A_DAY:
        return "limited"
    return "wait" if quiet(at) else "send"


@dataclass(frozen=True, slots=True)
class Term:
    """A duty that an audience names: campaign, code of the kind, and a state of ``DUTY_STATES``."""

    campaign: int
    kind: int
    state: str


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a notice is for: households of a range of areas, narrowed by zone level, needs and duties.

    ``levels``: any of them, "" where none holds; ``needs``: bits, any of them; ``terms``: any of them. Empty or 0: all.
    """

    lo: int
    hi: int
    levels: frozenset[str] = frozenset()
    needs: int = 0
    terms: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Owed:
    """A duty as it stands. ``part``: the subject has taken part; ``open``, ``done``: its outcome."""

    campaign: int
    kind: int
    open: bool
    done: bool
    part: bool


@dataclass(frozen=True, slots=True)
class Someone:
    """A person of a household: bits of needs, duties."""

    needs: int = 0
    duties: tuple[Owed, ...] = ()


@dataclass(frozen=True, slots=True)
class Home:
    """A household: its building, the level that holds there ("" for none), its people and its own duties."""

    area: int
    level: str = ""
    people: tuple[Someone, ...] = ()
    duties: tuple[Owed, ...] = ()


def meets(term: Term, duty: Owed) -> bool:
    """Tell whether a duty is one that a term names."""
    if (term.campaign, term.kind) != (duty.campaign, duty.kind):
        return False
    return {"not_yet": duty.open and not duty.part, "open": duty.open, "done": duty.done}[term.state]


def addressed(audience: Audience, home: Home) -> tuple[int, frozenset[int]] | None:
    """Return how many people of a household an audience names and which of its terms they meet; None for none.

    A person is named who has one of the needs and meets, himself or through his household, one of the terms. A
    household in which nobody is registered is named by what is said of the household alone.
    """
    if not audience.lo <= home.area <= audience.hi or (audience.levels and home.level not in audience.levels):
        return None
    own = {n for n, term in enumerate(audience.terms) if any(meets(term, duty) for duty in home.duties)}
    if not home.people:
        return (0, frozenset(own)) if not audience.needs and (own or not audience.terms) else None
    count, met = 0, set[int]()
    for person in home.people:
        if audience.needs and not person.needs & audience.needs:
            continue
        his = own | {n for n, term in enumerate(audience.terms) if any(meets(term, duty) for duty in person.duties)}
        if audience.terms and not his:
            continue
        count, met = count + 1, met | his
    return (count, frozenset(met)) if count else None


def reached(receipt: bool, seen: bool, confirmed: bool, texted: bool, told: bool) -> bool:
    """Tell whether a household was reached: told at the door, or confirmed; without a receipt a sight or text does."""
    return told or confirmed or (not receipt and (seen or texted))


def next_try(tries: int) -> int | None:
    """Return the minutes until a message is tried again after so many tries; None when it has failed."""
    return None if tries >= TRIES else WAITS[min(tries, len(WAITS)) - 1]


def hold_apart(drafted_by: str, approver: str) -> bool:
    """Tell whether somebody may approve: another one than who wrote it."""
    return bool(approver) and drafted_by != approver
