"""The words of the roster: who is whose second record, who lives where she is listed, and the visit that finds out."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from bulou.ledger.core_entries import Id, Parts, Subjects, Text, distinct
from bulou.ledger.effects import Entry, Statement
from bulou.ledger.refusals import Refused
from bulou.ledger.rules import DESK
from bulou.ledger.vocabulary import DutyKind, EntryKind, Mark, Reason, Stage, StandingKind, Subject

#: Of a person: the number of the record that stays, "" for a person of her own.
SAME_AS = "same_as"
#: Of a person: the record that may be the same, as the question of a visit names it.
MAY_BE = "may_be"
#: Of a person: the record that is the same, as somebody says who knocked. The register follows it where the question of
#: the visit named that record; any other waits for somebody at a desk.
FOUND_SAME = "found_same"
#: Of a person: whether she lives where she is listed, as somebody found who knocked there.
RESIDENCE = "residence"
#: What somebody who knocked found: values of the duty (codes are stored) beginning with none yet.
ANSWERS = ("", "here", "moved", "never", "same", "renamed")
#: Why a visit is asked for: one list alone knows the person; two records may be one person.
QUESTIONS = ("single", "pair")

DUTIES = (
    DutyKind(
        12, "visit", Subject.PERSON, "应核", "visit due",
        (
            Stage("open", "待上门", "to be visited", within=2880),
            Stage("answered", "已核实", "verified"),
        ),
        took_part=1,
        variants=QUESTIONS,
        values=ANSWERS,
        goes_back=True,
        reasons=(
            Reason("nobody_home", Mark.DEFERRED, "家中无人，再次上门", "nobody answered, to be visited again"),
            Reason("visit_refused", Mark.REFUSED, "拒绝核实", "refuses to answer"),
            Reason("settled", Mark.EXCUSED, "已由其他途径核实", "settled in another way"),
        ),
    ),
)  # fmt: skip

STANDINGS = (
    StandingKind(SAME_AS, Subject.PERSON, "同一人", "same person as"),
    StandingKind(MAY_BE, Subject.PERSON, "可能是同一人", "may be the same person as"),
    StandingKind(FOUND_SAME, Subject.PERSON, "上门说是同一人", "said at the door to be the same person as"),
    StandingKind(RESIDENCE, Subject.PERSON, "居住情况", "residence", ("here", "moved", "never", "unlisted", "listed")),
)


class Merged(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Second records of people, each with the record that stays (``into``, in the same order), and why."""

    persons: Subjects
    into: Annotated[list[Id], Meta(min_length=1, max_length=5000)]
    reason: Text
    run: Annotated[int, Meta(ge=0)] = 0


class Parted(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Records that were merged and are people of their own again, and why."""

    persons: Subjects
    reason: Text


def merged(_entry: Entry, body: Merged) -> Parts:
    """Each record is the same person as the one that stays.

    Raises:
        Refused: 103, not one record that stays for each; 109, one is named twice or is its own.
    """
    if len(body.into) != len(body.persons):
        raise Refused(103, "into", str(len(body.into)))
    for person, into in zip(distinct(body.persons, "persons"), body.into, strict=True):
        if person == into:
            raise Refused(109, "into")
        yield Statement(Subject.PERSON, person, SAME_AS, str(into))


def parted(_entry: Entry, body: Parted) -> Parts:
    """Each record is a person of her own."""
    for person in distinct(body.persons, "persons"):
        yield Statement(Subject.PERSON, person, SAME_AS, "")
        yield Statement(Subject.PERSON, person, FOUND_SAME, "")


class Named(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """People whom a list that was taken back named alone, or whom a later list names again; and why."""

    persons: Subjects
    reason: Text


def unlisted(_entry: Entry, body: Named) -> Parts:
    """No list names these people any more; rounds leave them out until one does."""
    for person in distinct(body.persons, "persons"):
        yield Statement(Subject.PERSON, person, RESIDENCE, "unlisted")


def listed(_entry: Entry, body: Named) -> Parts:
    """A list names these people again."""
    for person in distinct(body.persons, "persons"):
        yield Statement(Subject.PERSON, person, RESIDENCE, "listed")


ENTRIES = (
    EntryKind("person.merged", "记录合并", "records merged", Merged, merged, DESK),
    EntryKind("person.parted", "撤销合并", "merge undone", Parted, parted, DESK),
    EntryKind("person.unlisted", "名册导入已撤销", "list taken back", Named, unlisted, DESK),
    EntryKind("person.listed", "重新列入名册", "named by a list again", Named, listed, DESK),
)
