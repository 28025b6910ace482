"""The work pack by buildings: of each one that the device has as it is, nothing is sent again.

The database writes each building's text and its digest, so that a large pack keeps the door's own process no longer
than a small one. What it says of people is what the door needs: no identity number, no telephone, no year of birth.
No result either: "keep away" tells the same of who tested positive and of who waits for the second test of a pool.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from django.db import connections
from msgspec import Raw, Struct

from bulou.cases.vocabulary import INFECTION, SYMPTOMS
from bulou.command.worklist.late import DANGERS
from bulou.command.worklist.rules import OF_ALL
from bulou.field import codes, gate, works
from bulou.field import pack as packs
from bulou.field.problems import Problem
from bulou.field.roles import ROLES, role_of, tasks_of
from bulou.ledger import clock
from bulou.ledger.areas import ancestor, level
from bulou.ledger.journals import Journal
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY
from bulou.places.id_encryption import card_key
from bulou.places.vocabulary import need_bits
from bulou.rounds import antigen
from bulou.rounds import vocabulary as rounds
from bulou.rounds.calls import reads as calls
from bulou.zones import vocabulary as zones

SQL = statements(__package__, "leaves")
#: What is told of a guest (pack.guests) and his door, besides his id.
GUEST = ("area", "household", "name", "needs", "stairwell", "floor", "door")
#: What keeps people away from a person's door, and what asks for a tube of one's own.
AWAY, APART = {INFECTION}, {SYMPTOMS, (antigen.STANDING, "positive")}
#: The task of those who fill tubes: they alone are told who has one of her own.
SAMPLES = "tubes"
#: Of a request: the digests of more buildings than a pack can have.
MAX_BYTES, MOST_LEAVES = 2**20, 20_000


class Asked(Struct, forbid_unknown_fields=True):
    """What a device sends for its pack: the digest of each building that it has."""

    have: dict[str, str] = {}


def asked(content: bytes) -> dict[int, str]:
    """Return the digests that a request names, by area.

    Raises:
        Problem: 422, not such an object.
    """
    try:
        have = msgspec.json.decode(content or b"{}", type=Asked).have
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Problem(422, "have") from None
    if len(have) > MOST_LEAVES or not all(a.isascii() and a.isdecimal() and len(a) < 16 for a in have):
        raise Problem(422, "have")
    return {int(area): "" if "\0" in digest else digest for area, digest in have.items()}


def pack(journal: Journal, have: Mapping[int, str], using: str = "default") -> dict[str, Any]:
    """Return a device's work pack without the buildings that it has, ready for JSON. A fixed number of statements.

    Raises:
        Problem: 414, more than ``MAX_PEOPLE`` live in its ranges.
    """
    at, key = clock.now(), card_key()
    with scoped(journal.ranges, using):
        role = next((row["role"] for row in packs.rows("role", {"journal": journal.id}, using)), role_of(journal.kind))
        head = packs.head(journal, using) | {"role": role, "tasks": tasks_of(role), "served_at": at}
        found: list[tuple[int, str, str | None]] = []
        areas: list[dict[str, Any]] = []
        lost: list[dict[str, Any]] = []
        single: list[dict[str, Any]] = []
        called: list[dict[str, Any]] = []
        at_gate = None
        owed: list[dict[str, Any]] = []
        bounds = packs.bounds(journal.ranges)
        if journal.kind == "phone":
            owed = works.owed(journal, role, bounds, using)
            at_gate = gate.part(journal) if role == gate.ROLE else None
        declared = works.named(role, owed, using)
        if journal.kind == "phone" and not ROLES[role].people:
            areas = works.areas(bounds, owed, using)
        elif journal.kind == "phone":
            packs.check_size(bounds, using)
            campaigns = [row["id"] for row in head["campaigns"]]
            guests = packs.guests(campaigns, bounds, using)
            beyond = {row["area"] for row in (*guests, *owed)}
            areas = _areas(journal, beyond, bounds, using)
            where = bounds | {"at": at, "guests": [row["id"] for row in guests]}
            called = calls.in_pack(
                [row["id"] for row in head["campaigns"] if row["closed_at"] is None], journal.ranges, using
            )
            told, lost, single = _beyond(journal, campaigns, [row["id"] for row in areas], where, using)
            found = _leaves(head["campaigns"], areas, told, guests, where, have, using)
    return head | {
        "areas": areas,
        "zones": [{"name": row.name, "zh": row.zh, "en": row.en} for row in zones.LEVELS],
        "codes": codes.installed(),
        "card_key": {"id": key.id, "spki": key.spki} if key else None,
        "lost": lost,
        "single": single if SAMPLES in head["tasks"] else [],
        "works": declared,
        "owed": owed,
        "calls": called,
        "gate": at_gate,
        "leaves": [_leaf(digest, content) for _, digest, content in found if content is not None],
        "gone": sorted(have.keys() - {area for area, _, _ in found}),
    }


def encoded(journal: Journal, have: Mapping[int, str], squeeze: bool) -> bytes:
    """Return a device's pack as bytes, compressed when it is wanted: all that takes long, for a thread of its own."""
    content = msgspec.json.encode(pack(journal, have))
    return gzip.compress(content, 5, mtime=0) if squeeze else content


def _areas(journal: Journal, beyond: Iterable[int], bounds: dict[str, Any], using: str) -> list[dict[str, Any]]:
    """Return the areas of the device and those on the way down to them and to others ``beyond``."""
    ends = [*(lo for lo, _ in journal.ranges), *beyond]
    way = {ancestor(end, depth) for end in ends for depth in range(1, level(end) + 1)}
    return packs.rows("areas", bounds | {"way": sorted(way)}, using, SQL)


def _leaves(
    campaigns: list[dict[str, Any]],
    areas: list[dict[str, Any]],
    told: list[tuple[int, int, str, str]],
    guests: list[dict[str, Any]],
    where: dict[str, Any],
    have: Mapping[int, str],
    using: str,
) -> list[tuple[int, str, str | None]]:
    """Return (area, digest, content or None where the device has it) of each building."""
    of_people = [(subject, (name, value)) for kind, subject, name, value in told if kind == 1]
    levels = {subject: value for kind, subject, _, value in told if kind == 5}
    zoned = {row["id"]: _zone(row["id"], levels) for row in areas} if levels else {}
    values = (
        where
        | packs.columns_of(campaigns)
        | {
            "of_all": [REGISTRY.duties[name].code for name in OF_ALL],
            "kinds": [REGISTRY.duties[name].code for name in (*packs.AT_THE_DOOR, *packs.SECRET)],
            "secret": [REGISTRY.duties[name].code for name in packs.SECRET],
            "held": rounds.HELD,
            "visited": need_bits([*packs.VISITED]),
            "dangers": need_bits([*DANGERS]),
            "away": _subjects(of_people, AWAY),
            "symptoms": _subjects(of_people, APART),
            "zoned": [*zoned],
            "zones": [*zoned.values()],
            "have": [*have],
            "digests": [*have.values()],
            "guest": [row["id"] for row in guests],
        }
        | {f"guest_{name}": [row[name] for row in guests] for name in GUEST}
    )
    with connections[using].cursor() as cursor:
        cursor.execute(SQL["leaves"], values)
        return cursor.fetchall()


def _beyond(
    journal: Journal, campaigns: list[int], areas: list[int], where: dict[str, Any], using: str
) -> tuple[list[tuple[int, int, str, str]], list[dict[str, Any]], list[dict[str, Any]]]:
    """Return what is read beyond the device's own areas.

    Standings of its people and areas, which may have been entered elsewhere; tubes whose sample is not to be had: of a
    label that was used twice the other tube may be anywhere; and whom a round gives a tube of their own, who may have
    moved here since.
    """
    wanted, tube = AWAY | APART, REGISTRY.duties["tube"]
    standings = where | {
        "areas": areas,
        "zone": zones.STANDING,
        "names": [name for name, _ in wanted],
        "values": [value for _, value in wanted],
    }
    tubes = where | {
        "campaigns": campaigns,
        "journal": journal.id,
        "tube": tube.code,
        "swab": REGISTRY.duties["swab"].code,
        "item": int(tube.subject),
    }
    with scoped(EVERYWHERE, using):
        with connections[using].cursor() as cursor:
            cursor.execute(SQL["told"], standings)
            told = cursor.fetchall()
        return told, packs.rows("lost", tubes, using, SQL), packs.rows("single", tubes, using, SQL)


def _subjects(told: Iterable[tuple[int, tuple[str, str]]], wanted: set[tuple[str, str]]) -> list[int]:
    return sorted({subject for subject, said in told if said in wanted})


def _zone(area: int, levels: Mapping[int, str]) -> str | None:
    """Return the level of the nearest area on the way up that has one."""
    way = (ancestor(area, depth) for depth in range(level(area), 0, -1))
    return next((levels[node] for node in way if levels.get(node)), None)


def _leaf(digest: str, content: str) -> Raw:
    return Raw(b'{"digest":"%s",' % digest.encode() + content.encode()[1:])
