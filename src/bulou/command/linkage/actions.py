"""A run of the linkage: asked for on the desk, done by a process of its own, written as entries, undone by entries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bulou.command.linkage.models import DONE, FAILED, RUNNING, UNDONE, Run
from bulou.ledger import clock, journals
from bulou.ledger.areas import span
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY
from bulou.places.linkage.register import Found, find
from bulou.places.linkage.rules import REASONS
from bulou.roster.room import VISIT, VISITS
from bulou.rounds.actions import join_newcomers
from bulou.ui import background, halting
from bulou.ui.figures import rows

SQL = statements(__package__, "linkage")
WORKER = "bulou.command.linkage.worker"
#: Name of the journal in which merges and visits are written down.
WRITER = "名册比对"
#: People whom one entry speaks of at most, and entries that are posted together.
SUBJECTS, BATCH = 500, 200
#: Why a run ended that somebody has cancelled.
HALTED = "已取消，此前的合并保留，可以整次撤销 / cancelled; its merges stay and can be undone"
#: Visits that a run asks for unless told otherwise, and at most.
USUAL, MOST = 2000, 100_000
#: An entry to be written: its kind, when, where, and the body.
Said = tuple[str, datetime, int, dict[str, Any]]


class Refusal(ValueError):
    """What cannot be done; its text is the sentence that the page shows."""


def ask(area: int, most: int, user: str, now: datetime) -> Run:
    """Have the people of an area linked; the process that does it starts when this is committed.

    Raises:
        Refusal: another run is going on, or no number of visits that can be.
    """
    if not 0 <= most <= MOST:
        raise Refusal(_("上门人数请填0到%(most)s。") % {"most": f"{MOST:,}"})
    forget_dead(now)
    try:
        with transaction.atomic():
            run = Run.objects.create(area=area, most=most, by=user, asked_at=now)
    except IntegrityError:
        raise Refusal(_("另一次比对正在进行，请等它完成。")) from None
    background.ask(WORKER, run.pk)
    return run


def forget_dead(now: datetime) -> None:
    """Let go of a run whose process has died, so that another may begin: what it wrote stays, the next one goes on."""
    with scoped(EVERYWHERE):
        for run in Run.objects.filter(state=RUNNING):
            if background.is_stuck(background.LINKING, run.asked_at, now):
                Run.objects.filter(pk=run.pk, state=RUNNING).update(
                    state=FAILED, ended_at=now, told={"why": "比对中断，可以重新开始 / it was broken off; start again"}
                )


def perform(number: int) -> None:
    """Do a run that was asked for: the work of the process."""
    with background.alone(background.LINKING) as mine:
        if not mine:
            return
        with scoped(EVERYWHERE):
            run = Run.objects.filter(pk=number, state=RUNNING).first()
        if run is None:
            return
        try:
            found = find(*span(run.area), told=lambda step: _step(run, step=step))
            _step(run, step="merge", records=found.records)
            merged, reasons = _merge(run, found)
            _step(run, step="visits", merges=merged)
            visits = _visits(run, found)
        except halting.Halted:
            _note(run, state=FAILED, ended_at=clock.now(), told={"why": HALTED})
            return
        except Exception:
            _note(run, state=FAILED, ended_at=clock.now(), told={"why": "比对出错 / the linkage failed"})
            raise
        told = {
            "reasons": reasons, "doubts": len(found.linked.doubts), "singles": len(found.singles),
            "compared": found.linked.compared, "sources": [one.name for one in found.sources],
        }  # fmt: skip
        _note(run, state=DONE, visits=visits, told=told, ended_at=clock.now())


def _step(run: Run, **values: Any) -> None:
    """Say how far a run is; end it here where somebody has cancelled it."""
    _note(run, **values)
    halting.check(background.LINKING, run.pk)


def cancel(run: Run, user: str, now: datetime) -> None:
    """Have a run end at its next step; what it has merged stays and can be undone.

    Raises:
        Refusal: it does not run.
    """
    if run.state != RUNNING:
        raise Refusal(_("这项工作已经结束。"))
    halting.ask(background.LINKING, run.pk, run.area, user, now)


def _note(run: Run, **values: Any) -> None:
    with scoped(EVERYWHERE):
        Run.objects.filter(pk=run.pk).update(**values)


def _merge(run: Run, found: Found) -> tuple[int, dict[str, int]]:
    """Write the merges with their reasons, and end what two records of one person owe; return how many, by reason."""
    groups: dict[int, list[int]] = {}
    for one, person in zip(found.linked.ids.tolist(), found.linked.person.tolist(), strict=True):
        if one != person:
            groups.setdefault(person, [person]).append(one)
    reason_of: dict[int, str] = {}
    for a, b, reason, _weight in found.linked.merges:
        reason_of.setdefault(b, reason)
        reason_of.setdefault(a, reason)
    counts: dict[str, int] = {}
    pairs: list[tuple[int, str, int, int]] = []
    homes = _homes(person for group in groups.values() for person in group)
    for group in groups.values():
        here = [person for person in group if person in homes]
        if len(here) < 2:
            continue
        stays = min(here, key=lambda person: (not homes[person][1], -homes[person][2], person))
        for person in here:
            if person != stays:
                reason = reason_of[person]
                counts[reason] = counts.get(reason, 0) + 1
                pairs.append((homes[person][0], reason, person, stays))
    pairs.sort()
    now = clock.now()
    said = (
        ("person.merged", now, area, {
            "persons": [pair[2] for pair in part], "into": [pair[3] for pair in part], "reason": reason, "run": run.pk,
        })
        for (area, reason), every in groupby(pairs, key=lambda pair: pair[:2]) for part in _parts(list(every))
    )  # fmt: skip
    write(said, now)
    lo, hi = span(run.area)
    with scoped(EVERYWHERE):  # also those whom a visit has merged since the run before
        second = [person for (person,) in rows(SQL["merged_under"], lo=lo, hi=hi)]
    settle(second, f"linkage {run.pk}", now)
    return len(pairs), counts


def _homes(persons: Iterable[int]) -> dict[int, tuple[int, bool, int]]:
    """Return of people of their own: area, whether the register has the number, by how many lists they are named."""
    with scoped(EVERYWHERE):
        return {row[0]: (row[1], row[2], row[3]) for row in rows(SQL["homes"], persons=sorted(set(persons)))}


def settle(persons: list[int], evidence: str, now: datetime) -> int:
    """End what second records owe beside the record that stays; return how many duties ended."""
    said: list[Said] = []
    with scoped(EVERYWHERE):
        for part in _parts(persons, 5000):
            said += [
                ("duty.excused", now, area, {
                    "campaign": campaign, "duty": REGISTRY.by_code[kind].name, "subjects": [twice],
                    "occasion": occasion, "reason": "same_person", "evidence": evidence, "same_as": stays,
                })
                for campaign, kind, occasion, area, twice, stays in rows(
                    SQL["owed_twice"], persons=part, visit=VISIT.code
                )
            ]  # fmt: skip
    write(said, now)
    return len(said)


def _visits(run: Run, found: Found) -> int:
    """Ask for visits: doubtful pairs first, then people whom one list alone names, as many as the run may; return how
    many. They are dated in the order in which they are worth the way, which is the order of the list.
    """
    with scoped(EVERYWHERE):
        asked_of = sorted({one for pair in found.linked.doubts for one in pair[:2]})
        root = dict(rows(SQL["roots"], persons=asked_of))
    doubts = [
        (root[a], root[b], reason) for a, b, reason, _weight in found.linked.doubts
        if a in root and b in root and root[a] != root[b]
    ]  # fmt: skip
    homes = _homes([one for pair in doubts for one in pair[:2]] + [person for person, _by in found.singles])
    persons = sorted(homes)
    with scoped(EVERYWHERE):
        campaign = VISITS.id
        named = {"campaign": campaign, "kind": VISIT.code, "persons": persons, "journal": journals.of_house(WRITER)}
        before = {row[0] for row in rows(SQL["asked_before"], **named)}
    wanted: dict[int, dict[str, Any]] = {}
    met = set(before)
    for a, b, reason in doubts:
        if a in homes and b in homes and not {a, b} & met:
            met |= {a, b}
            wanted[b] = {"question": "pair", "other": a, "why": REASONS[reason].zh}
    for person, by in found.singles:
        if person in homes and person not in met:
            wanted[person] = {"question": "single", "why": by[:200]}
    chosen = list(wanted.items())[: run.most]
    now = clock.now()
    said = [
        ("visit.asked", now + timedelta(microseconds=at), homes[person][0],
         {"campaign": campaign, "subjects": [person], **asked})
        for at, (person, asked) in enumerate(chosen)
    ]  # fmt: skip
    write(said, now)
    return len(said)


def undo(run: Run, user: str, now: datetime) -> int:
    """Undo the merges of a run that hold still, by entries; duties that ended for them are open again. Return how many.

    Raises:
        Refusal: it is going on, or was undone.
    """
    if run.state not in (DONE, FAILED):
        raise Refusal(_("这次比对没有可以撤销的合并。"))
    with scoped(EVERYWHERE):
        journal = journals.of_house(WRITER)
        merged = [(area, person) for person, area in rows(SQL["merged_by"], journal=journal, run=run.pk)]
    said: Iterator[Said] = (
        ("person.parted", now, area, {"persons": [pair[1] for pair in part], "reason": f"linkage {run.pk} {user}"})
        for area, every in groupby(merged, key=lambda pair: pair[0])
        for part in _parts(list(every))
    )
    with transaction.atomic():
        write(said, now)
        with scoped(EVERYWHERE):
            ended = rows(SQL["excused_as_same"], persons=[person for _area, person in merged])
        write((
            ("duty.reopened", now, area, {
                "campaign": campaign, "duty": REGISTRY.by_code[kind].name, "subjects": [subject], "occasion": occasion,
                "reason": f"linkage {run.pk}",
            })
            for campaign, kind, occasion, area, subject in ended
        ), now)  # fmt: skip
        _note(run, state=UNDONE, undone_at=now, undone_by=user)
    join_newcomers(now, now)
    return len(merged)


def write(said: Iterable[Said], now: datetime) -> None:
    """Write entries to the linkage's journal, batch by batch; each must be kept.

    Raises:
        RuntimeError: the ledger did not take one.
    """
    journal = journals.of_house(WRITER)
    for part in _parts(list(said), BATCH):
        receipts = journals.append(journal, part, now)
        if wrong := next((one for one in receipts if one.status != "kept"), None):
            raise RuntimeError(f"{part[0][0]} was {wrong.status} ({wrong.code}, {wrong.field})")


def _parts(items: list[Any], size: int = SUBJECTS) -> Iterator[list[Any]]:
    for at in range(0, len(items), size):
        yield items[at : at + size]
