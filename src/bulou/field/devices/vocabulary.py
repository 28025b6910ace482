"""What a device says of itself, and which labels it was given. Neither moves a duty."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta, Struct

from bulou.ledger.check_digit import is_label
from bulou.ledger.effects import Entry, Statement
from bulou.ledger.refusals import Refused
from bulou.ledger.vocabulary import EntryKind, StandingKind, Subject

Label = Annotated[int, Meta(ge=10, lt=2**53)]
Count = Annotated[int, Meta(ge=0, lt=2**31)]
DEVICES = frozenset({"phone", "courier", "laboratory"})
STATE = "device.state"
LABELS = "device.labels"
#: How the state of a device ends that says whether it is being charged.
CHARGING, UNPLUGGED = "charging", "unplugged"
#: How a roll of labels is written as a standing's value, for PostgreSQL: any phone may have written anything.
RANGE = r"^[0-9]{2,16}-[0-9]{2,16}$"


class Reported(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a device is. ``unsent``: entries kept and not sent; ``oldest_unsent_s``: age of the oldest, seconds."""

    battery_pct: Annotated[int, Meta(ge=0, le=100)] | None = None
    unsent: Count
    oldest_unsent_s: Count | None = None
    storage_free_mb: Count | None = None
    app: Annotated[str, Meta(max_length=40)]
    charging: bool | None = None


class Issued(Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}, kw_only=True):
    """A range of printed labels, both ends with it, that the writing device has from now on."""

    from_: Label
    to: Label


def reported(entry: Entry, body: Reported) -> Iterator[Statement]:
    """The device's latest state, as a standing of its journal."""
    facts = (body.battery_pct, body.unsent, body.oldest_unsent_s, body.storage_free_mb, body.app)
    value = "|".join("" if fact is None else str(fact) for fact in facts)
    if body.charging is not None:
        value += "|" + (CHARGING if body.charging else UNPLUGGED)
    yield Statement(Subject.JOURNAL, entry.journal, STATE, value, None)


def issued(entry: Entry, body: Issued) -> Iterator[Statement]:
    """The range as a standing of the device's journal; each range stands by itself."""
    for field, end in (("from", body.from_), ("to", body.to)):
        if not is_label(end):
            raise Refused(117, field, end)
    if body.to < body.from_:
        raise Refused(103, "to", body.to)
    yield Statement(Subject.JOURNAL, entry.journal, f"{LABELS}.{body.from_}", f"{body.from_}-{body.to}", None)


ENTRIES = (
    EntryKind("device.reported", "设备状态", "state of the device", Reported, reported, DEVICES),
    EntryKind("labels.issued", "领取标签", "labels issued", Issued, issued, DEVICES),
)
STANDINGS = (
    StandingKind(STATE, Subject.JOURNAL, "设备状态", "state of the device"),
    StandingKind(LABELS, Subject.JOURNAL, "领取标签", "labels issued", suffix=r"\.[0-9]{1,16}"),
)
