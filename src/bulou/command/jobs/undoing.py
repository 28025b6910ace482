"""An import taken back as a whole: asked for on the desk, done by a process of its own, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import groupby

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bulou.command.jobs.models import DONE, FAILED, RUNNING, Undoing
from bulou.command.uploads.models import DONE as IMPORTED
from bulou.command.uploads.models import FAILED as BROKEN
from bulou.command.uploads.models import PERSONS, Upload
from bulou.ledger import clock, journals
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places.imports import Busy
from bulou.places.undo_import import TookPart, undo
from bulou.rounds.actions import excuse_unlisted, join_newcomers
from bulou.ui import background

WORKER = "bulou.command.jobs.worker"
#: Name of the journal in which it is written down that people are off the lists.
WRITER = "撤销导入"
#: People whom one entry speaks of at most, and entries that are posted together.
SUBJECTS, BATCH = 500, 200


class Refusal(ValueError):
    """What cannot be done; its text is the sentence that the page shows."""


def check_can_undo(one: Upload) -> None:
    """Hold an import to what can be taken back; whether somebody took part since, only the process itself can tell.

    Raises:
        Refusal: it wrote nothing, runs still, or is being taken back or was.
    """
    if one.kind != PERSONS or one.run is None or one.state not in (IMPORTED, BROKEN):
        raise Refusal(_("这份名册没有写入，不需要撤销。"))
    with scoped(EVERYWHERE):
        if Undoing.objects.filter(upload=one.pk).exclude(state=FAILED).exists():
            raise Refusal(_("这份名册已经撤销，或正在撤销。"))


def ask(one: Upload, user: str, now: datetime) -> Undoing:
    """Have an import taken back; the process that does it starts when this is committed.

    Raises:
        Refusal: see ``check_can_undo``; or another import is being taken back.
    """
    check_can_undo(one)
    _forget_dead(now)
    try:
        with transaction.atomic():
            made = Undoing.objects.create(upload=one.pk, run=one.run, area=one.area, by=user, asked_at=now)
    except IntegrityError:
        raise Refusal(_("另一份名册正在撤销，请等它完成。")) from None
    background.ask(WORKER, made.pk)
    return made


def _forget_dead(now: datetime) -> None:
    """Let go of what a process left that died: it had written nothing, because all of it is one transaction."""
    with scoped(EVERYWHERE):
        for one in Undoing.objects.filter(state=RUNNING):
            if background.is_stuck(background.UNDOING, one.asked_at, now):
                _end(
                    one.pk,
                    state=FAILED,
                    why="撤销中断，什么也没有改变，可以再次撤销 / broken off, nothing changed; try again",
                )


def perform(number: int) -> None:
    """Take back an import that was asked for: the work of the process."""
    with background.alone(background.UNDOING) as mine:
        if not mine:
            return
        with scoped(EVERYWHERE):
            one = Undoing.objects.filter(pk=number, state=RUNNING).first()
        if one is None:
            return
        now = clock.now()
        try:
            with scoped(EVERYWHERE), transaction.atomic():
                done = undo(one.run, now)
                _write(one, done.left, now)
        except TookPart as why:
            _end(number, state=FAILED, why=_why(why))
            return
        except Busy as error:
            _end(number, state=FAILED, why=str(error))
            return
        except Exception:
            _end(number, state=FAILED, why="撤销出错，什么也没有改变 / it failed, nothing was changed")
            raise
        _end(number, state=DONE, left=len(done.left), returned=done.returned)
        join_newcomers(now, clock.now())


def _why(why: TookPart) -> str:
    zh, en = [], []
    if why.people:
        zh.append(f"其中{why.people:,}人之后已参加采样、登记去向或核实")
        en.append(f"{why.people:,} of its people have since been sampled, accounted for or verified")
    if why.doubts:
        zh.append(f"{why.doubts:,}条存疑已经判断")
        en.append(f"{why.doubts:,} of its doubts have been decided")
    return f"不能撤销：{'；'.join(zh)} / it cannot be undone: {'; '.join(en)}"


def _write(one: Undoing, left: list[tuple[int, int]], now: datetime) -> None:
    """Write that people are off the lists and owe nothing more.

    Raises:
        RuntimeError: the ledger did not take an entry; nothing is changed then.
    """
    evidence = f"import {one.run} taken back by {one.by}"
    said: list[tuple[str, datetime, int, Mapping]] = []
    for area, every in groupby(left, key=lambda pair: pair[0]):
        people = [person for _area, person in every]
        said += [
            ("person.unlisted", now, area, {"persons": people[at : at + SUBJECTS], "reason": evidence})
            for at in range(0, len(people), SUBJECTS)
        ]
    said += excuse_unlisted([person for _area, person in left], evidence, now)
    journal = journals.of_house(WRITER)
    for at in range(0, len(said), BATCH):
        for receipt in journals.append(journal, said[at : at + BATCH], now):
            if receipt.status != "kept":
                raise RuntimeError(f"{said[at][0]} was {receipt.status} ({receipt.code}, {receipt.field})")


def _end(number: int, **values: object) -> None:
    with scoped(EVERYWHERE):
        Undoing.objects.filter(pk=number).update(ended_at=clock.now(), **values)
