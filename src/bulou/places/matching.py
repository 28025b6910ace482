"""Decides who the rows of one chunk are, over the people on record whom they may mean (``linkage/rows.py``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bulou.ledger.statements import statements
from bulou.places.identity import Keyring, tail
from bulou.places.linkage.rows import Claim, Decision, Digest, Doubt, Known, People, decide
from bulou.places.names import pinyin
from bulou.places.roster_rows import Row
from bulou.places.rules import Problem, Record
from bulou.places.telephones import KEPT
from bulou.places.telephones import same as same_phone

SQL = statements(__package__, "import")


@dataclass(slots=True)
class Placed:
    """A row with its decision.

    ``person``: whose it is, None where that is in doubt; ``wave``: how often before in this chunk. ``phone`` and
    ``phone_2`` are what the person's telephones become, None where they stay.
    """

    row: Row
    claim: Claim
    initials: str
    tail: str | None
    person: int | None = None
    is_new: bool = False
    applies: bool = True
    digest: Digest | None = None
    wave: int = 0
    phone: str | None = None
    phone_2: str | None = None
    doubts: list[Doubt] = field(default_factory=list[Doubt])


def place(cursor: Any, rows: Sequence[Row], run: int, registered: bool, keys: Keyring) -> list[Placed]:
    """Return the rows of a chunk, each with who it is. New people have their ids already."""
    placed = [_claimed(row, keys) for row in rows]
    claims = [one.claim for one in placed]
    people = _people(cursor, claims, run)
    stairwells = _stairwells(cursor, claims)
    ids = iter(_ids(cursor, len(placed)))
    waves: dict[int, int] = {}
    for one in placed:
        claim = one.claim
        within = stairwells.setdefault((claim.area, claim.door), set())
        if not claim.stairwell and len(within) == 1:
            claim.stairwell = next(iter(within))  # a list without stairwells means the only door of that number
        within.add(claim.stairwell)
        _take(one, decide(claim, people, registered), people, ids, registered)
        if one.person is not None:
            one.wave = waves.get(one.person, 0)
            waves[one.person] = one.wave + 1
    return placed


def _claimed(row: Row, keys: Keyring) -> Placed:
    record = row.record
    assert record is not None
    digests, ends = _digests(record, keys)
    sound, initials = pinyin(record.name_key)
    claim = Claim(
        row.number, row.area, record.stairwell, record.door, record.name, record.name_key, sound, record.birth_year,
        record.sex, record.bed, record.phones, digests, row.said, record.born, record.doubt, record.own_year,
        record.own_sex,
    )  # fmt: skip
    return Placed(row, claim, initials, ends)


def _digests(record: Record, keys: Keyring) -> tuple[tuple[Digest, ...], str | None]:
    """Return the digests of a row's number and its tail; a code of a rejects file gives the one that it carries."""
    document = record.document
    if document is None:
        return (), None
    if document.carried:
        return (document.carried[:2],), document.number
    if document.code:
        return (), None
    versions = (keys.current, *keys.older)
    return tuple((version, keys.digest(document.number, version)) for version in versions), tail(document.number)


def _people(cursor: Any, claims: Iterable[Claim], run: int) -> People:
    digests = {digest for claim in claims for digest in claim.digests}
    doors = {(claim.area, claim.door) for claim in claims}
    people = People()
    if digests:
        cursor.execute(SQL["people_numbered"], {
            "run": run, "digest": [digest for _, digest in digests], "version": [version for version, _ in digests],
        })  # fmt: skip
        for row in cursor.fetchall():
            people.add(known(row))
    cursor.execute(SQL["people_behind"], {
        "run": run, "area": [area for area, _ in doors], "door": [door for _, door in doors],
    })  # fmt: skip
    for row in cursor.fetchall():
        people.add(known(row))
    return people


def known(row: tuple[Any, ...]) -> Known:
    """Return a person as ``people_numbered`` and ``people_behind`` give one."""
    (
        id_,
        area,
        stairwell,
        door,
        name,
        key,
        sound,
        year,
        sex,
        bed,
        phone,
        phone_2,
        digest,
        version,
        merged,
        seen,
        said,
    ) = row[:17]
    return Known(
        id_, area or row[17], stairwell or "", door or "", name, key, sound, year, sex or 0, bed, phone, phone_2,
        (version, bytes(digest)) if digest is not None else None, merged, seen or 0, bytes(said or b""),
    )  # fmt: skip


def _stairwells(cursor: Any, claims: Iterable[Claim]) -> dict[tuple[int, str], set[str]]:
    doors = {(claim.area, claim.door) for claim in claims if not claim.stairwell}
    found: dict[tuple[int, str], set[str]] = {}
    if doors:
        cursor.execute(SQL["stairwells_of"], {"area": [area for area, _ in doors], "door": [door for _, door in doors]})
        for area, door, stairwell in cursor.fetchall():
            found.setdefault((area, door), set()).add(stairwell)
    return found


def _ids(cursor: Any, count: int) -> list[int]:
    cursor.execute(SQL["ids"], {"count": count})
    return [id_ for (id_,) in cursor.fetchall()]


def _take(one: Placed, decision: Decision, people: People, ids: Any, registered: bool) -> None:
    """Write a decision into a row, and into the people that the rows behind it meet."""
    claim, person = one.claim, decision.person
    one.is_new, one.applies, one.doubts = decision.is_new, decision.applies, decision.doubts
    number = claim.digests[0] if claim.digests and decision.number else None
    if not decision.number:
        claim.birth_year, claim.sex = claim.own_year, claim.own_sex
    if decision.is_new:
        person = decision.person = Known(
            next(ids), claim.area, claim.stairwell, claim.door, claim.name, claim.name_key, claim.sound,
            phone=_at(claim.phones, 0), phone_2=_at(claim.phones, 1),
        )  # fmt: skip
        one.phone, one.phone_2 = person.phone, person.phone_2
        people.add(person)
        for doubt in decision.doubts:
            doubt.other = person if doubt.person is not person else doubt.other
    if person is None:
        return
    one.person = person.merged_into or person.id
    one.digest = number if person.merged_into is None else None
    if decision.applies and not decision.is_new:
        claim.stairwell = claim.stairwell or (person.stairwell if claim.door == person.door else "")
        _phones(one, person)
        if not registered:
            people.moved(person, claim.area, claim.stairwell, claim.door)
    people.taken(claim, decision)


def _phones(one: Placed, person: Known) -> None:
    """Let a later list's telephone take the place of the known one; a second row of one file only adds another."""
    fresh = [phone for phone in one.claim.phones if not any(same_phone(phone, old) for old in person.phones)]
    if not fresh:
        return
    if person.row and person.phone:
        if person.phone_2:
            record = one.row.record
            assert record is not None
            record.flags.append(Problem(313, "phone"))
            return
        one.phone_2 = fresh[0]
    else:
        old = [phone for phone in person.phones if any(same_phone(phone, new) for new in one.claim.phones)]
        now = [*one.claim.phones, *(phone for phone in old if not any(same_phone(phone, n) for n in one.claim.phones))][
            :KEPT
        ]
        one.phone, one.phone_2 = now[0], _at(now, 1)
    person.phone, person.phone_2 = one.phone or person.phone, one.phone_2 or person.phone_2


def _at(values: Sequence[str], at: int) -> str | None:
    return values[at] if at < len(values) else None
