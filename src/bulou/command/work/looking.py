"""Whom a reader of declared duties was shown: the persons that they are about, and the members of a household of which
something personal was said (who asked, whom to telephone). Law 6: every look at a named person is on record."""

from __future__ import annotations

from collections.abc import Sequence

from bulou.command.work.reads import SQL
from bulou.command.work.rules import Row
from bulou.ledger.vocabulary import Subject
from bulou.ui.figures import rows
from bulou.ui.room import Work


def shown_people(work: Work, seen: Sequence[Row]) -> list[tuple[int, int]]:
    """Return (person, area) of whom these rows tell when they are shown with names; the area is the row's.

    Of a household that is everybody who lives there, since the words do not say which of them spoke.
    """
    if work.duty.subject is Subject.PERSON:
        return [(row.subject, row.area) for row in seen if row.name]
    if work.duty.subject is not Subject.HOUSEHOLD:
        return []
    personal = {one.name for step in work.steps for one in step.fields if one.personal}
    told = {row.subject: row.area for row in seen if personal & set(row.latest)}
    if not told:
        return []
    return [(person, told[home]) for person, home in rows(SQL["members"], homes=[*told])]
