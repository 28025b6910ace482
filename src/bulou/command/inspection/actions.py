"""What is done about inspections: planned, begun, filled in, ended with their findings, cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bulou.command.worklist.actions import Writing, written
from bulou.command.worklist.chosen import ActRequest
from bulou.ledger.areas import found_id
from bulou.ledger.scope import Ranges
from bulou.oversight import checklists
from bulou.oversight.checklists import Found
from bulou.oversight.findings import PROGRAMME
from bulou.oversight.models import Checklist, Inspection, InspectionFinding
from bulou.ui.attachments import actions as photos
from bulou.ui.attachments.models import Photo

NEED = "inspect"


class Refusal(ValueError):
    """Why it was not done, as a sentence."""


def about(inspection: Inspection) -> str:
    """Return by what photos of an inspection are known."""
    return f"inspection.{inspection.pk}"


def plan(values: Mapping[str, Any], by: str, may: Any, now: datetime) -> Inspection:
    """Plan an inspection, or make it at once where its time has come.

    Raises:
        Refusal: not the user's area, or its checklist is no longer used.
    """
    if not may(NEED, values["area"]):
        raise Refusal(_("请选择您可以检查的区域。"))
    checklist: Checklist = values["checklist"]
    if checklist.ended_at is not None:
        raise Refusal(_("这份检查表已停用：请选择在用的。"))
    at_once = values["manner"] == "spontaneous"
    return Inspection.objects.create(
        **values, by=by, made_at=now, state="begun" if at_once else "planned", begun_at=now if at_once else None
    )


def keep(inspection: Inspection, filled: dict[str, list[str]], may: Any, now: datetime) -> None:
    """Keep the form as it stands; nothing is checked, so that nothing is lost.

    Raises:
        Refusal: over already, or not the user's.
    """
    _open(inspection, may)
    changed = Inspection.objects.filter(pk=inspection.pk, state__in=("planned", "begun")).update(
        filled=filled, state="begun", begun_at=inspection.begun_at or now
    )
    if not changed:
        raise Refusal(_("这次检查已经结束。"))
    inspection.filled, inspection.state, inspection.begun_at = filled, "begun", inspection.begun_at or now


def entry_of(inspection: Inspection, one: Found, now: datetime) -> Writing:
    """Return the entry of a finding that an answer is."""
    due = one.due or (now + timedelta(minutes=checklists.minutes(one.question, one.severity))).isoformat()
    body = {
        "campaign": PROGRAMME.id, "subjects": [inspection.area], "topic": one.question.topic, "severity": one.severity,
        "what": one.what[:500], "owner": one.owner[:60], "due": due,
    }  # fmt: skip
    if inspection.segment:
        body["where"] = inspection.segment[:80]
    return "finding.opened", now, inspection.area, body | ({"unit": inspection.unit} if inspection.unit else {})


def finish(
    inspection: Inspection, answers: dict[str, Any], who: ActRequest, user: int, ranges: Ranges
) -> list[tuple[Found, InspectionFinding]]:  # fmt: skip
    """End an inspection: its answers are fixed, and each that is a finding is recorded as one, all or none.

    Raises:
        Refusal: over already, not the user's, or the ledger did not take a finding.
    """
    _open(inspection, who.may)
    form = checklists.form_of(inspection.checklist.form)
    found = checklists.found(form, answers)
    with transaction.atomic():
        changed = Inspection.objects.filter(pk=inspection.pk, state__in=("planned", "begun")).update(
            answers=answers, filled={}, state="done", begun_at=inspection.begun_at or who.now, done_at=who.now,
            done_by=who.user,
        )  # fmt: skip
        if not changed:
            raise Refusal(_("这次检查已经结束。"))
        receipts = written([entry_of(inspection, one, who.now) for one in found], who, user, ranges) if found else []
        links = InspectionFinding.objects.bulk_create(
            InspectionFinding(
                inspection=inspection, area=inspection.area, question=one.question.name, campaign=PROGRAMME.id,
                subject=inspection.area, occasion=found_id(receipt.journal, receipt.number),
            )
            for one, receipt in zip(found, receipts, strict=True)
        )  # fmt: skip
        shown = list(Photo.objects.filter(about=about(inspection), removed_at=None))
        for link in links:
            own = [photo for photo in shown if photo.part == link.question]
            photos.also(own, f"finding.{link.campaign}.{link.subject}.{link.occasion}", inspection.area)
    return list(zip(found, links, strict=True))


def drop(inspection: Inspection, why: str, may: Any) -> None:
    """Cancel an inspection that is not made.

    Raises:
        Refusal: over already, not the user's, or no reason.
    """
    _open(inspection, may)
    if not why.strip():
        raise Refusal(_("请填写原因。"))
    Inspection.objects.filter(pk=inspection.pk, state__in=("planned", "begun")).update(
        state="dropped", dropped_why=why.strip()[:200]
    )


def _open(inspection: Inspection, may: Any) -> None:
    if not may(NEED, inspection.area):
        raise Refusal(_("您的角色不能在这一区域检查。"))
    if inspection.state not in ("planned", "begun"):
        raise Refusal(_("这次检查已经结束。"))
