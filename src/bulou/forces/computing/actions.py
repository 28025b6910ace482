"""An allocation is asked for on the desk and computed by a process of its own, which can be ended at each step."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bulou.forces import planning
from bulou.forces.actions import May, Refusal, check
from bulou.forces.computing.models import DONE, ENDED, FAILED, RUNNING, STEPS, Run
from bulou.forces.planning import Asked
from bulou.ledger import clock
from bulou.ledger.scope import EVERYWHERE, Ranges, scoped
from bulou.ui import background, halting
from bulou.ui.figures import campaigns

WORKER = "bulou.forces.computing.worker"
#: This kind of work (``ui.background``).
KIND = 101


def ask(asked: Asked, by: str, may: May, ranges: Ranges, now: datetime) -> Run:
    """Have an allocation computed; the process that does it starts when this is committed.

    Raises:
        Refusal: not the user's area, or another one is being computed.
    """
    check(may, asked.area)
    forget_dead(now)
    try:
        with transaction.atomic():
            run = Run.objects.create(
                area=asked.area, day=asked.day, campaign=asked.campaign.id, shares=asked.shares, rates=asked.rates,
                ranges=[list(one) for one in ranges], by=by, asked_at=now,
            )  # fmt: skip
    except IntegrityError:
        raise Refusal(_("另一份方案正在计算，请等它完成。")) from None
    background.ask(WORKER, run.pk)
    return run


def forget_dead(now: datetime) -> None:
    """Let go of a computation whose process has died, so that another may begin; it wrote nothing."""
    with scoped(EVERYWHERE):
        for run in Run.objects.filter(state=RUNNING):
            if background.is_stuck(KIND, run.asked_at, now):
                Run.objects.filter(pk=run.pk, state=RUNNING).update(state=FAILED, ended_at=now, why="broken off")


def cancel(run: Run, by: str, may: May, now: datetime) -> None:
    """Have a computation end at its next step; the plan before it stays.

    Raises:
        Refusal: not the user's, or over.
    """
    check(may, run.area)
    if run.state != RUNNING:
        raise Refusal(_("这次计算已经结束。"))
    halting.ask(KIND, run.pk, run.area, by, now)


def perform(number: int) -> None:
    """Compute an allocation that was asked for: the work of the process."""
    with background.alone(KIND) as mine:
        if not mine:
            return
        with scoped(EVERYWHERE):
            run = Run.objects.filter(pk=number, state=RUNNING).first()
        if run is None:
            return
        ranges: Ranges = tuple((lo, hi) for lo, hi in run.ranges)
        try:
            with scoped(ranges):
                round_ = next((one for one in campaigns(ranges) if one.id == run.campaign), None)
                if round_ is None or round_.closed_at is not None:
                    raise Refusal(_("没有正在进行的轮次，无法按需求分配。"))
                shares = {int(key): percent for key, percent in run.shares.items()}
                asked = Asked(run.area, run.day, round_, shares, run.rates)
                made = planning.make(asked, run.by, lambda _need, _area: True, clock.now(), _Told(run))
        except halting.Halted:
            _note(run, state=ENDED, ended_at=clock.now())
        except Refusal as refusal:
            _note(run, state=FAILED, ended_at=clock.now(), why=str(refusal))
        except Exception:
            _note(run, state=FAILED, ended_at=clock.now(), why="failed")
            raise
        else:
            _note(run, state=DONE, ended_at=clock.now(), step=STEPS, plan_id=made.pk)


class _Told:
    """Hears of each step: counts it, and ends the work where somebody has asked for that."""

    def __init__(self, run: Run) -> None:
        self._run, self._step = run, 0

    def __call__(self) -> None:
        self._step = min(self._step + 1, STEPS - 1)
        _note(self._run, step=self._step)
        halting.check(KIND, self._run.pk)


def _note(run: Run, **values: Any) -> None:
    with scoped(EVERYWHERE):
        Run.objects.filter(pk=run.pk).update(**values)
