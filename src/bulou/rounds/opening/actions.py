"""What command does with rounds on the desk: prepares one, has it opened by a process of its own, closes it."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from bulou.ledger import clock
from bulou.ledger.scope import EVERYWHERE, Ranges, scoped
from bulou.rounds import actions as rounds
from bulou.rounds.opening import plans, reads
from bulou.rounds.opening.models import ASKED, DONE, DRAFT, DROPPED, FAILED, Draft
from bulou.rounds.vocabulary import CLOSING_REASONS
from bulou.ui import background, entitled
from bulou.ui.desk_journal import writer
from bulou.ui.figures import Campaign

WORKER = "bulou.rounds.opening.worker"
#: So often a closing begins anew where somebody was swabbed in between.
TRIES = 5


class Refusal(ValueError):
    """What cannot be done; its text is the sentence that the page shows."""


def check_area(may: entitled.May, area: int) -> None:
    """Hold what is done with a round to who may do it there. No list, sheet or file of a device ever opens one.

    Raises:
        entitled.NotEntitled: he may not.
    """
    if not may("rounds", area):
        raise entitled.NotEntitled(_("您的角色在这一区域不能开始或结束轮次。"))


def check_open(may: entitled.May, draft: Draft) -> None:
    """Hold the opening of a prepared round to who may open it and to what it can be.

    Raises:
        Refusal: it is no longer a draft, or its end is over.
        entitled.NotEntitled: not his to open.
    """
    check_area(may, draft.area)
    if draft.state not in (DRAFT, FAILED):
        raise Refusal(_("这一轮已经开始或已取消。"))
    if draft.until is not None and draft.until <= clock.now():
        raise Refusal(_("计划结束时间已过，请修改后再开始。"))


def open_(draft: Draft, people: int, user: tuple[int, str], ranges: Ranges, may: entitled.May, now: datetime) -> None:
    """Have a prepared round opened; the process that does it starts when this is committed.

    Parameters:
        people: how many the asker was shown. Where it is other people by now, he is asked again.

    Raises:
        Refusal: as ``check_open``; the number has changed; or another round is being opened.
        entitled.NotEntitled: as ``check_open``.
    """
    check_open(may, draft)
    ready = reads.ready(draft.area, now, plans.scope(plans.of(draft)))
    if ready.stops:
        raise Refusal(_("区域内没有应检人员，请先导入名册。"))
    if people != ready.owed:
        raise Refusal(_("应检人数有变化，现为%(n)s人，请再次核对。") % {"n": f"{ready.owed:,}"})
    journal = writer(*user, ranges, now)
    try:
        with transaction.atomic():
            done = Draft.objects.filter(pk=draft.pk, state__in=(DRAFT, FAILED)).update(
                state=ASKED, journal=journal, opened_by=user[1], asked_at=now, step=0, owed=people,
                campaign=draft.campaign or reads.next_number(), ended_at=None,
            )  # fmt: skip
    except IntegrityError:
        raise Refusal(_("另一轮正在开始，请等它完成。")) from None
    if done:  # else somebody else pressed the button as well
        background.ask(WORKER, draft.pk)


def go_on(draft: Draft, may: entitled.May, now: datetime) -> None:
    """Start anew an opening that was broken off; what it had done is known by its number.

    Raises:
        Refusal: it is not broken off.
        entitled.NotEntitled: not his to open.
    """
    check_area(may, draft.area)
    if draft.state != ASKED or draft.asked_at is None:
        raise Refusal(_("这一轮已经开始或已取消。"))
    if not background.is_stuck(background.OPENING, draft.asked_at, now):
        raise Refusal(_("正在进行，请稍候。"))
    Draft.objects.filter(pk=draft.pk, state=ASKED).update(asked_at=now)
    background.ask(WORKER, draft.pk)


def drop(draft: Draft, may: entitled.May, now: datetime) -> bool:
    """Give a prepared round up; tell whether it was one.

    Raises:
        entitled.NotEntitled: not his.
    """
    check_area(may, draft.area)
    found = Draft.objects.filter(pk=draft.pk, state__in=(DRAFT, FAILED))
    return bool(found.update(state=DROPPED, ended_at=now))


def perform(number: int) -> None:
    """Open a round that was asked for: the work of the process. Done twice, it opens it once."""
    with background.alone(background.OPENING) as mine:
        if not mine:
            return
        with scoped(EVERYWHERE):
            draft = Draft.objects.filter(pk=number, state=ASKED).first()
        if draft is None or draft.campaign is None or draft.journal is None:
            return
        now = clock.now()
        values: dict[str, object] = {"state": DONE, "step": len(rounds.campaigns.STEPS)}
        try:
            if not reads.is_open(draft.campaign):
                with scoped(EVERYWHERE):
                    plan = plans.of(draft)
                done = rounds.open_round(
                    draft.campaign, draft.name, draft.area, draft.journal, now, now, until=draft.until,
                    told=lambda step: _told(number, step), scope=plans.scope(plan), more=plans.recorded(plan),
                )  # fmt: skip
                values |= {"owed": done.owed, "deferred": done.deferred, "out_of_scope": done.out_of_scope}
            rounds.join_newcomers(now, clock.now())
        except Exception:
            with scoped(EVERYWHERE):
                Draft.objects.filter(pk=number).update(state=FAILED, ended_at=clock.now())
            raise
        with scoped(EVERYWHERE):
            Draft.objects.filter(pk=number).update(ended_at=clock.now(), **values)


def _told(number: int, step: int) -> None:
    """Say how far an opening is, through a connection of its own: nobody sees what its transaction writes."""

    def say() -> None:
        try:
            with scoped(EVERYWHERE):
                Draft.objects.filter(pk=number).update(step=step)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        other.submit(say).result()


def close(
    campaign: Campaign, reasons: Mapping[str, str], user: tuple[int, str], ranges: Ranges, may: entitled.May,
    now: datetime,
) -> int:  # fmt: skip
    """Close a round over what is open, with a reason for each kind of duty; return how many duties stay open.

    Parameters:
        reasons: {kind of duty: typed reason}.

    Raises:
        Refusal: it is closed already, or something is open without a reason.
        entitled.NotEntitled: not his to close.
    """
    check_area(may, campaign.area)
    if campaign.closed_at is not None:
        raise Refusal(_("这一轮已经结束。"))
    for _try in range(TRIES):
        given: dict[str, int] = {}
        for kind, stages in reads.open_by_stage(campaign.id):
            reason = reasons.get(kind.name, "")
            if reason not in CLOSING_REASONS:
                raise Refusal(_("还有未完成的事项没有选择原因。"))
            given[reason] = given.get(reason, 0) + sum(n for _stage, n in stages)
        try:
            rounds.close_round(campaign.id, campaign.area, writer(*user, ranges, now), now, now, given)
        except rounds.CannotClose:
            continue  # somebody was swabbed between the two readings
        return sum(given.values())
    raise Refusal(_("上报还在不断到达，请稍后再试。"))
