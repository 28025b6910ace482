"""Ties, ends and orders in which one report decides: small tellings, and the faults that show in them alone.

Each telling is what a few reports of one moment, one number or one end of a journal come to; each fault turns that
decision round.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bulou.ledger.effects import Entry
from tests import cast
from tests.builders import Pen
from tests.laws.planted import Fault

LI, MEI = cast.PERSONS["li"].id, cast.PERSONS["mei"].id
T1, T2, B1 = cast.TUBES["T1"], cast.TUBES["T2"], cast.BOXES["B1"]


def two_last_numbers() -> list[Entry]:
    """A journal is closed twice; the larger last number is the one up to which it must be whole."""
    ayi = Pen(cast.AYI)
    return [ayi.closed(5, last=9), ayi.closed(6, last=3)]


def two_times_at_a_stage() -> list[Entry]:
    """Two report one call; the earlier time is since when it stands there."""
    ayi, lao = Pen(cast.AYI), Pen(cast.LAO)
    return [ayi.found(0, LI), ayi.called(9, LI), lao.called(4, LI)]


def two_offers_at_one_moment() -> list[Entry]:
    """Two offers bear one time; the one of the higher journal waits."""
    ayi, lao = Pen(cast.AYI), Pen(cast.LAO)
    return [ayi.found(0, LI), ayi.offered(5, LI, to=cast.NO_2), lao.offered(5, LI, to=cast.COURT)]


def two_offers_of_one_journal() -> list[Entry]:
    """Two offers bear one time and one journal; the higher number waits."""
    ayi = Pen(cast.AYI)
    return [ayi.found(0, LI), ayi.offered(5, LI, to=cast.NO_2), ayi.offered(5, LI, to=cast.COURT)]


def two_statements_at_one_moment() -> list[Entry]:
    """Two statements bear one time; the one of the higher journal stands."""
    return [Pen(cast.AYI).standing(5, LI, "symptoms", "yes"), Pen(cast.LAO).standing(5, LI, "symptoms", "no")]


def two_statements_of_one_journal() -> list[Entry]:
    """Two statements bear one time and one journal; the higher number stands."""
    ayi = Pen(cast.AYI)
    return [ayi.standing(5, LI, "symptoms", "yes"), ayi.standing(5, LI, "symptoms", "no")]


def two_words_at_one_moment() -> list[Entry]:
    """Two words bear one time; the one of the higher journal holds."""
    ayi, lao = Pen(cast.AYI), Pen(cast.LAO)
    later = cast.minute(300)
    return [ayi.found(0, LI), ayi.refused(5, LI), lao.deferred(5, LI, until=later)]


def two_finds_at_one_moment() -> list[Entry]:
    """Two find one person at one time in two buildings; it is owed where the lower journal found it."""
    return [Pen(cast.AYI).found(5, LI), Pen(cast.LAO, cast.NO_2).found(5, LI)]


def a_word_and_a_sample_at_one_moment() -> list[Entry]:
    """A word bears the time of a call for a sample: it holds while nobody took part after it."""
    ayi, lao = Pen(cast.AYI), Pen(cast.LAO)
    return [ayi.found(0, LI), ayi.sealed(5, T1, LI), lao.refused(5, LI)]


def a_courier_names_the_giver() -> list[Entry]:
    """A courier reports whose box it took; the box leaves that one's hands, and not the courier's own."""
    ayi, van = Pen(cast.AYI), Pen(cast.COURIER, cast.ESTATE)
    return [ayi.boxed(5, B1, T1), van.handed(9, B1, giver=cast.AYI)]


def a_void_comes_first() -> list[Entry]:
    """What does not count says nothing, of however many people it spoke."""
    ayi = Pen(cast.AYI)
    said = ayi.called(5, LI, MEI)
    return [ayi.found(0, LI), said, ayi.voided(6, cast.AYI, said.number)]


TELLINGS: tuple[Callable[[], list[Entry]], ...] = (
    two_last_numbers, two_times_at_a_stage, two_offers_at_one_moment, two_offers_of_one_journal,
    two_statements_at_one_moment, two_statements_of_one_journal, two_words_at_one_moment, two_finds_at_one_moment,
    a_word_and_a_sample_at_one_moment, a_courier_names_the_giver, a_void_comes_first,
)  # fmt: skip

OF_OFFERS = "ORDER BY o.campaign, o.kind, o.subject, o.occasion, o.place DESC"
OF_STATEMENTS = "ORDER BY subject_kind, subject, name, at DESC, journal DESC, number DESC"
OF_WORDS = "FROM l WHERE act = 4 AND holds\n  ORDER BY campaign, kind, subject, occasion, place DESC"

#: A fault, and the telling in which it shows.
FAULTS: tuple[tuple[Fault, Callable[[], list[Entry]]], ...] = (
    (Fault("the smaller of two last numbers closes", "SELECT max((", "SELECT min((", statement="close_journals"),
     two_last_numbers),
    (Fault("the latest time at a stage counts", "least(d.stage_at, a.at)", "greatest(d.stage_at, a.at)",
           function="add"), two_times_at_a_stage),
    (Fault("of two offers at one moment the lower journal's waits", OF_OFFERS,
           "ORDER BY o.campaign, o.kind, o.subject, o.occasion, o.at DESC, o.journal, o.number", function="fold"),
     two_offers_at_one_moment),
    (Fault("of two offers of one journal the lower number waits", OF_OFFERS,
           "ORDER BY o.campaign, o.kind, o.subject, o.occasion, o.at DESC, o.journal DESC, o.number",
           function="fold"), two_offers_of_one_journal),
    (Fault("of two statements at one moment the lower journal's stands", OF_STATEMENTS,
           OF_STATEMENTS.replace("journal DESC", "journal"), function="restand"), two_statements_at_one_moment),
    (Fault("of two statements of one journal the lower number stands", OF_STATEMENTS,
           OF_STATEMENTS.replace("number DESC", "number"), function="restand"), two_statements_of_one_journal),
    (Fault("of two words at one moment the lower journal's holds", OF_WORDS,
           OF_WORDS.replace("place DESC", "at DESC, journal, number"), function="fold"), two_words_at_one_moment),
)  # fmt: skip

#: How far before enrolment and after its end a journal's entries may be dated, and the next moment.
TOLERATED = timedelta(days=1)
