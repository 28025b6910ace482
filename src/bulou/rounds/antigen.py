"""Antigen tests that people take at home: reported by volunteers and the desk, kept as the person's standing."""

from __future__ import annotations

from msgspec import Struct

from bulou.ledger.core_entries import STAFF, Id, Parts
from bulou.ledger.effects import Entry, Statement
from bulou.ledger.vocabulary import EntryKind, StandingKind, Subject
from bulou.rounds.entries import Value
from bulou.rounds.vocabulary import VALUES

#: Name of the standing.
STANDING = "antigen"


class Reported(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one test showed."""

    person: Id
    value: Value


def reported(entry: Entry, body: Reported) -> Parts:
    """The person stands by the latest test. It closes no swab: a test at home is not a sample."""
    yield Statement(Subject.PERSON, body.person, STANDING, body.value)


ENTRIES = (
    EntryKind("antigen.reported", "抗原结果", "antigen test reported", Reported, reported, STAFF | {"resident"}),
)
STANDINGS = (StandingKind(STANDING, Subject.PERSON, "抗原", "antigen test", tuple(VALUES)),)
