"""What is done about true coverage at the desk: a sample is drawn, its re-visits are opened and given."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from bulou.ledger import journals
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.vocabulary import Subject
from bulou.rounds.coverage_check import reads
from bulou.rounds.coverage_check.kind import PROGRAMME, REVISIT
from bulou.rounds.coverage_check.models import Draw, Drawn, Stratum
from bulou.rounds.coverage_check.rules import allotted, given
from bulou.ui import entitled
from bulou.ui.figures import Campaign

#: What it takes to draw a sample.
NEED = "recheck"
#: The journal of the house in which re-visits are opened and given.
DRAWING = "覆盖率抽查"
#: A sample that nobody could walk is none.
MOST = 5_000
#: A re-visit later than this says little of the round.
LONGEST = timedelta(days=7)
#: Seeds are short enough to be read out and written on paper.
SEEDS = 1_000_000


class Refusal(ValueError):
    """What cannot be done; its text is the sentence that the page shows."""


def check(may: entitled.May, area: int) -> None:
    """Hold it to who may check coverage there.

    Raises:
        Refusal: he may not.
    """
    if not may(NEED, area):
        raise Refusal(_("您的角色在这一区域不能抽查覆盖率。"))


def draw(
    campaign: Campaign, area: int, half_width: int, seed: int, due: datetime, by: str, may: entitled.May, now: datetime
) -> tuple[Draw, int]:
    """Draw a sample, open a re-visit for each person, give each to a phone of others; return it and how many are given.

    Parameters:
        half_width: wanted for the interval, in tenths of a percent.

    Raises:
        Refusal: not his, a number or the time cannot be, nobody can be drawn, or more than ``MOST`` would be.
    """
    check(may, area)
    if not 5 <= half_width <= 200:
        raise Refusal(_("精度须在±0.5%到±20%之间。"))
    if not 1 <= seed < SEEDS:
        raise Refusal(_("种子须是1到999999的整数。"))
    if not now < due <= now + LONGEST:
        raise Refusal(_("期限须晚于现在，且在7天以内。"))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('coverage'), %s)", [campaign.id])
        there = reads.population(campaign.id, area)
        if not there.strata:
            raise Refusal(_("还没有已采样或因故未检的人，无从抽查。"))
        wanted = allotted(there.strata, half_width / 1000)
        if (n := sum(wanted.values())) > MOST:
            raise Refusal(_("要抽%(n)s人，超过%(most)s人：请放宽精度或缩小区域。") % {"n": n, "most": MOST})
        people = reads.draw(campaign.id, area, wanted, seed)
        one = Draw.objects.create(
            campaign=campaign.id, area=area, seed=seed, half_width=half_width, due=due, at=now, by=by, **there.counts
        )
        Stratum.objects.bulk_create(Stratum(draw=one, area=s.area, kind=s.kind, size=s.size) for s in there.strata)
        Drawn.objects.bulk_create(
            Drawn(draw=one, person=person, area=where, stratum=stratum, kind=kind)
            for person, where, stratum, kind in people
        )
        _open(one, people, now)
        return one, give(one, may, now)


def _open(one: Draw, people: list[tuple[int, int, int, str]], now: datetime) -> None:
    """Open the re-visits. Who was drawn in this round before keeps the one there is, with what was found."""
    by_place: dict[tuple[int, str], list[int]] = {}
    for person, where, _stratum, kind in people:
        by_place.setdefault((where, kind), []).append(person)
    _say([
        ("revisit.drawn", now, where, _named(one, there) | {
            "record": kind, "due": one.due.isoformat(),
        })
        for (where, kind), there in by_place.items()
    ], now)  # fmt: skip


def give(one: Draw, may: entitled.May, now: datetime) -> int:
    """Give the re-visits that nobody has to phones of others; return how many were given now.

    Raises:
        Refusal: not his.
    """
    check(may, one.area)
    with transaction.atomic():
        left = reads.ungiven(one)
        found = given(reads.doors(one.campaign, left), reads.phones(one.area, now), one.seed)
        by_phone: dict[tuple[int, int], list[int]] = {}
        for person, where in left:
            if person in found:
                by_phone.setdefault((where, found[person]), []).append(person)
        _say([
            ("duty.given", now + timedelta(microseconds=1), where, _named(one, people) | {
                "duty": REVISIT.name, "to_kind": int(Subject.JOURNAL), "to": journal,
            })
            for (where, journal), people in by_phone.items()
        ], now)  # fmt: skip
    return len(found)


def _named(one: Draw, people: list[int]) -> dict[str, Any]:
    return {"campaign": PROGRAMME.id, "subjects": people, "occasion": one.campaign}


def _say(said: list[tuple[str, datetime, int, dict[str, Any]]], now: datetime) -> None:
    if not said:
        return
    with scoped(EVERYWHERE):
        receipts = journals.append(journals.of_house(DRAWING), said, now)
    if any(receipt.status != "kept" for receipt in receipts):
        raise Refusal(_("台账没有收下：请刷新后再试。"))
