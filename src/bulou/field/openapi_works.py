"""Shapes of the work pack: the kinds that rooms declare as work, and what is open of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from msgspec import Struct


class PackWord(Struct, forbid_unknown_fields=True):
    """A sentence in both languages."""

    zh: str
    en: str


class PackChoice(Struct, forbid_unknown_fields=True):
    """One value that a field can have."""

    name: str
    zh: str
    en: str


class PackField(Struct, forbid_unknown_fields=True):
    """A field of a form. ``when``: asked where that field has one of the values."""

    name: str
    type: str
    zh: str
    en: str
    required: bool
    choices: list[PackChoice]
    help: PackWord
    default: str | None
    least: int | None
    most: int | None
    when: tuple[str, list[str]] | None


class PackStage(Struct, forbid_unknown_fields=True):
    """A stage of a kind of duty. ``not_by``: the rank of the one whose doer may not do this one, or -1."""

    zh: str
    en: str
    not_by: int


class PackAct(Struct, forbid_unknown_fields=True):
    """What can be done to a duty: an entry of kind ``step``, from the stages named (none: from all)."""

    name: str
    zh: str
    en: str
    step: str
    does: Literal["advances", "returns", "notes", "word"]
    to: int
    stages: list[int]
    confirm: PackWord | None
    fields: list[PackField]


class PackOpening(Struct, forbid_unknown_fields=True):
    """How a duty is opened. ``within``: minutes until it is due, by variant, written into the field ``due``."""

    step: str
    zh: str
    en: str
    many: bool
    within: dict[str, int]
    variant: str
    due: str
    fields: list[PackField]


class PackWork(Struct, forbid_unknown_fields=True):
    """A kind of duty that a room declares as work, as far as phones of this role carry it."""

    kind: str
    zh: str
    en: str
    subject: str
    where: Literal["door", "area", "given"]
    campaign: int
    dangers: list[str]
    stages: list[PackStage]
    variants: list[str]
    fields: list[PackField]
    acts: list[PackAct]
    opening: PackOpening | None


class PackOwed(Struct, forbid_unknown_fields=True):
    """An open duty of such a kind. ``said``: latest values of its fields; ``mine``: stages that this device reached."""

    campaign: int
    kind: str
    subject: int
    occasion: int
    area: int
    stage: int
    mark: int
    reason: str | None
    until: datetime | None
    variant: str
    opened_at: datetime | None
    due_at: datetime | None
    given: bool
    name: str | None
    phone: str | None
    household: int | None
    stairwell: str | None
    floor: int | None
    door: str | None
    said: dict[str, Any]
    mine: list[int]


class PackCall(Struct, forbid_unknown_fields=True):
    """A group that is called down together, part of a stairwell, at a site; ``at`` null: it has no time.

    ``homes``: ids of households, or less than 0 of persons without one.
    """

    campaign: int
    site: int
    site_name: str
    lanes: int
    area: int
    stairwell: str
    part: int
    parts: int
    at: datetime | None
    homes: list[int]


class PackPass(Struct, forbid_unknown_fields=True):
    """A pass that holds, or whose holder is out. ``out``: times out so far, of ``uses`` (0: no limit). Without a name:
    ``initials`` are compared with the holder's identity card.
    """

    household: int
    occasion: int
    number: str
    area: int
    sort: str
    starts: datetime | None
    ends: datetime | None
    uses: int
    out: int
    outside: bool
    initials: str


class PackPassKey(Struct, forbid_unknown_fields=True):
    """The public half of the key that signs passes (Ed25519): two bytes in hexadecimal that name it, 32 in base64."""

    id: str
    raw: str


class PackSort(Struct, forbid_unknown_fields=True):
    """What passes are for, in the order of the byte that a code has for it."""

    name: str
    zh: str
    en: str


class PackGate(Struct, forbid_unknown_fields=True):
    """What a gate's phone checks passes by; ``revoked``: occasions of those that were taken away."""

    campaign: int
    key: PackPassKey | None
    sorts: list[PackSort]
    passes: list[PackPass]
    revoked: list[int]
