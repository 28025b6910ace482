"""The description of the field door (OpenAPI 3.1): kept by hand where it tells, built from the code where it lists.

The shapes of entries come from the registry, so that a new kind is described as soon as it is declared; the tests
hold the answers of a running door to the shapes given here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from bulou.field import decode
from bulou.field.openapi_paths import INTRODUCTION, REF, paths
from bulou.field.openapi_works import PackCall, PackGate, PackOwed, PackWork
from bulou.ledger.vocabulary import REGISTRY, Registry


class EntryAnswer(Struct, forbid_unknown_fields=True):
    """What happened to one entry. ``n`` is null where it came without a usable number."""

    n: int | None
    status: Literal["kept", "repeated", "refused", "conflicting"]
    code: int | None
    field: str | None
    flags: list[str]


class JournalAnswer(Struct, forbid_unknown_fields=True):
    """All numbers up to ``upto`` are held; of those above it the ranges in ``missing`` are not. Entries as sent.

    ``served_at`` is the server's time, by which a device measures its own clock; a request without entries asks for it.
    """

    served_at: datetime
    incarnation: str
    upto: int
    missing: list[tuple[int, int]]
    entries: list[EntryAnswer]


class TokenBody(Struct, forbid_unknown_fields=True):
    """A token from the desk; with a shift card, what its holder calls herself."""

    token: str
    name: Annotated[str, Meta(max_length=40)] | None = None


class EnrolAnswer(Struct, forbid_unknown_fields=True):
    """The journal of the device, its bearer key (shown here and nowhere again), when the key ends, what it is for.

    ``served_at``: the server's time.
    """

    served_at: datetime
    journal: int
    key: str
    expires_at: datetime
    role: Literal["sampler", "volunteer", "deliverer", "driver", "inspector", "gate", "courier", "laboratory"]
    name: str


class PackArea(Struct, forbid_unknown_fields=True):
    """A node of the area tree."""

    id: int
    name: str
    name_en: str


class PackHousehold(Struct, forbid_unknown_fields=True):
    """A door."""

    id: int
    area: int
    stairwell: str
    floor: int | None
    door: str


class PackPerson(Struct, forbid_unknown_fields=True):
    """A person, with no more than the door needs."""

    id: int
    household: int | None
    area: int
    name: str
    team_needed: bool


class PackCampaign(Struct, forbid_unknown_fields=True):
    """A campaign that concerns the device: open ones, the newest first; then closed ones (``closed_at``) under which
    somebody there still waits for a second swab or a transfer, or a tube is on its way. ``pool_size``: people in a tube
    at most, null where the round does not say; ``by_household``: each household of a sealed building has a tube of its
    own.
    """

    id: int
    kind: str
    name: str
    area: int
    opened_at: datetime
    closed_at: datetime | None
    pool_size: int | None
    by_household: bool


class PackDuty(Struct, forbid_unknown_fields=True):
    """An open duty. ``stage`` is the rank in the kind's stages; ``mark`` 0 none, 1 deferred, 2 refused."""

    campaign: int
    kind: str
    subject: int
    occasion: int
    area: int
    stage: int
    mark: int
    reason: str | None
    until: datetime | None


class PackReason(Struct, forbid_unknown_fields=True):
    """A typed reason."""

    name: str
    mark: str
    zh: str
    en: str


class PackRefusal(Struct, forbid_unknown_fields=True):
    """The words of a numbered refusal."""

    zh: str
    en: str
    next: str


class Pack(Struct, forbid_unknown_fields=True):
    """The work pack of a device."""

    journal: int
    name: str
    kind: Literal["phone", "courier", "laboratory"]
    expires_at: datetime
    ranges: list[tuple[int, int]]
    campaigns: list[PackCampaign]
    areas: list[PackArea]
    households: list[PackHousehold]
    persons: list[PackPerson]
    duties: list[PackDuty]
    reasons: dict[str, list[PackReason]]
    refusals: dict[str, PackRefusal]


class LeavesBody(Struct, forbid_unknown_fields=True):
    """The digests of the buildings that the device has, by area id."""

    have: dict[str, str] = {}


class LeafHousehold(Struct, forbid_unknown_fields=True):
    """A door of the building; with ``area`` one of elsewhere, of somebody who was handed over to here."""

    id: int
    stairwell: str
    floor: int | None
    door: str
    area: int | UnsetType = UNSET


class LeafDuty(Struct, forbid_unknown_fields=True):
    """A duty of an open campaign. ``outcome`` 0 open, 1 done, 2 excused, 3 not owed; ``takes``: in how many tubes the
    person is, retests apart; the rest as in ``PackDuty``.
    """

    campaign: int
    kind: str
    occasion: int
    stage: int
    outcome: int
    mark: int
    reason: str | None
    until: datetime | None
    takes: int


class LeafPerson(Struct, forbid_unknown_fields=True):
    """A person. ``keep_away``: a team is coming; ``watch``: in danger, first; ``symptoms``: a single tube, apart.

    Who is owed something here and lives elsewhere has no name and no household, unless it was handed over to here.
    """

    id: int
    household: int | None
    name: str
    team_needed: bool
    keep_away: bool
    watch: bool
    symptoms: bool
    duties: list[LeafDuty]


class LeafSheet(Struct, forbid_unknown_fields=True):
    """A printed sheet of paper: its journal, which is its printed number without the check digit; persons by line."""

    journal: int
    persons: list[int]


class Leaf(Struct, forbid_unknown_fields=True):
    """A building with the people of it. ``zone``: a name of ``zones``, by the nearest area that has one."""

    area: int
    digest: str
    zone: str | None
    households: list[LeafHousehold]
    persons: list[LeafPerson]
    sheets: list[LeafSheet]


class PackLost(Struct, forbid_unknown_fields=True):
    """A tube whose sample is not to be had: its label was sealed twice, or it was reported as broken or lost.

    ``persons``: those of the device's areas who are in it.
    """

    campaign: int
    tube: int
    why: Literal["twice", "broken"]
    persons: list[int]


class PackSingle(Struct, forbid_unknown_fields=True):
    """People of the device's areas whom a round's rule gives a tube of their own; why is not told."""

    campaign: int
    persons: list[int]


class PackZone(Struct, forbid_unknown_fields=True):
    """The words of a level of control."""

    name: str
    zh: str
    en: str


class PackCode(Struct, forbid_unknown_fields=True):
    """How a code of another system is read: the one group of ``pattern`` names the target (``lookup``: nobody)."""

    name: str
    zh: str
    en: str
    pattern: str
    target: Literal["person", "tube", "card"]
    map: Literal["label", "person_id", "id_number", "lookup"]


class PackCardKey(Struct, forbid_unknown_fields=True):
    """The public key for identity numbers: RSA-OAEP with SHA-256, SPKI in base64."""

    id: str
    spki: str


class LeavesPack(Struct, forbid_unknown_fields=True):
    """The work pack by buildings. ``leaves``: those that the device has not as they are; ``gone``: those to drop."""

    journal: int
    name: str
    role: Literal["sampler", "volunteer", "deliverer", "driver", "inspector", "gate", "courier", "laboratory"]
    tasks: list[str]
    expires_at: datetime
    served_at: datetime
    ranges: list[tuple[int, int]]
    campaigns: list[PackCampaign]
    areas: list[PackArea]
    zones: list[PackZone]
    reasons: dict[str, list[PackReason]]
    refusals: dict[str, PackRefusal]
    codes: list[PackCode]
    card_key: PackCardKey | None
    lost: list[PackLost]
    single: list[PackSingle]
    works: list[PackWork]
    owed: list[PackOwed]
    calls: list[PackCall]
    gate: PackGate | None
    leaves: list[Leaf]
    gone: list[int]


class ProblemAnswer(Struct, forbid_unknown_fields=True):
    """A numbered refusal of a whole request."""

    code: int
    zh: str
    en: str
    field: str
    expected: str
    next: str


class Health(Struct, forbid_unknown_fields=True):
    """The door can take entries."""

    status: Literal["ok"]
    version: str
    incarnation: str
    waiting: int
    oldest_s: float


class PhotoAnswer(Struct, forbid_unknown_fields=True):
    """How many bytes of a photo are there, and whether it stands with its matter."""

    held: int
    done: bool


ANSWERS = (JournalAnswer, PhotoAnswer, EnrolAnswer, Pack, LeavesPack, ProblemAnswer, Health)


def document(registry: Registry = REGISTRY) -> dict[str, Any]:
    """Return the OpenAPI document as plain values."""
    kinds = [kind for kind in registry.entries.values() if kind.roles & {"phone", "courier", "laboratory"}]
    types = [*ANSWERS, TokenBody, LeavesBody, decode.Wire, *(kind.body for kind in kinds)]
    references, schemas = msgspec.json.schema_components(list(dict.fromkeys(types)), ref_template=REF)
    known = dict(zip(dict.fromkeys(types), references, strict=True))
    wire = schemas["Wire"]
    wire["title"], schemas["Entry"] = "Entry", schemas.pop("Wire")
    schemas["Request"] = {
        "type": "object",
        "required": ["entries"],
        "properties": {
            "entries": {"type": "array", "maxItems": decode.MAX_ENTRIES, "items": {"$ref": REF.format(name="Entry")}},
            "incarnation": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        },
    }
    wire["oneOf"] = [
        {"title": kind.name, "description": f"{kind.zh} {kind.en} ({', '.join(sorted(kind.roles))})",
         "properties": {"kind": {"const": kind.name}, "body": known[kind.body]}}
        for kind in sorted(kinds, key=lambda kind: kind.name)
    ]  # fmt: skip
    return {
        "openapi": "3.1.0",
        "info": {"title": "Bulou field door 现场入口", "version": "1", "description": INTRODUCTION},
        "paths": paths({shape.__name__: reference for shape, reference in known.items()}),
        "components": {
            "schemas": schemas,
            "securitySchemes": {"device": {"type": "http", "scheme": "bearer", "description": "key from enrolment"}},
        },
    }
