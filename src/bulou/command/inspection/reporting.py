"""The report of an inspection: what the record says, the draft written from it, the signed one that stays."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bulou.command.inspection import actions, words
from bulou.command.inspection.actions import NEED, Refusal
from bulou.command.units.pages import path_of, places_of
from bulou.ledger.areas import ancestor, level
from bulou.oversight import reads
from bulou.oversight.checklists import form_of
from bulou.oversight.findings import FINDING, MEASURES, SEVERITIES, TOPICS
from bulou.oversight.models import Inspection, Report
from bulou.oversight.repeats import WITHIN
from bulou.oversight.vocabulary import MANNERS
from bulou.places import units
from bulou.ui.attachments.models import Photo
from bulou.ui.export.workbook import local
from bulou.ui.words import begin
from bulou.ui.words import said as word

#: Longest text of a report.
LONGEST = 8000


def record(inspection: Inspection, now: datetime) -> dict[str, Any]:
    """Return what a report says of an inspection, in the reader's language: plain values, to be drawn or kept."""
    form = form_of(inspection.checklist.form)
    unit = units.of([inspection.unit]).get(inspection.unit) if inspection.unit else None
    told = reads.of_inspection(inspection)
    keys = {one.key for _question, one in told}
    names = {one.name: words.text_of(one) for one in form.questions}
    street = ancestor(inspection.area, min(2, level(inspection.area)))
    return {
        "place": path_of(inspection.area, places_of([inspection.area])), "unit": unit.name if unit else "",
        "manner": word(words.named(MANNERS, inspection.manner)), "segment": inspection.segment,
        "checklist": f"{words.title_of(inspection.checklist)} ({inspection.checklist.version})",
        "inspectors": inspection.inspectors, "begun": local(inspection.begun_at) if inspection.begun_at else "",
        "done": local(inspection.done_at) if inspection.done_at else "",
        "answers": [
            [words.section_of(one), words.text_of(one), said]
            for one, said in words.answers_of(form, inspection.answers) if one.type != "photo"
        ],
        "findings": [_finding(n, names.get(question, ""), one) for n, (question, one) in enumerate(told, 1)],
        "repeats": [
            {"topic": _of(TOPICS, one.topic), "times": one.times, "open": one.open, "days": WITHIN.days}
            for one in reads.repeated(street, now) if keys & set(one.keys)
        ],
        "photos": [
            {"digest": one.digest, "of": names.get(one.part, "")}
            for one in Photo.objects.filter(about=actions.about(inspection), removed_at=None).order_by("pk")
        ],
        "as_of": local(now),
    }  # fmt: skip


def _of(table: Any, name: str) -> str:
    return begin(word(next((one for one in table if one.name == name), None)))


def _finding(n: int, question: str, one: reads.Finding) -> dict[str, Any]:
    opened, answered, seen = (one.last(f"finding.{name}") for name in ("opened", "answered", "seen"))
    state = _("因故了结") if one.outcome == 2 else word(FINDING.stages[min(one.stage, FINDING.final)])
    return {
        "n": n, "question": question, "what": opened.get("what", ""), "topic": _of(TOPICS, opened.get("topic", "")),
        "severity": _of(SEVERITIES, one.severity), "owner": opened.get("owner", ""),
        "due": local(one.due) if one.due else "", "state": begin(state), "closed": one.outcome != 0,
        "grave": one.severity == "grave", "answer": answered.get("how", ""), "answered_by": answered.get("by", ""),
        "seen": seen.get("note", "") if one.outcome == 1 else "",
        "rejected": [body.get("why", "") for _at, body in one.all("finding.rejected")],
        "criticism": [
            f"{_of(MEASURES, body.get('measure', ''))} · {body.get('whom', '')}：{body.get('for_what', '')}"
            for _at, body in one.all("finding.criticised")
        ],
        "replies": [
            f"{body.get('replier', '')}：{body.get('reply', '')}" for _at, body in one.all("finding.replied")
        ],
    }  # fmt: skip


def draft(told: dict[str, Any]) -> str:
    """Return the text of a report as it writes itself, in paragraphs; to be edited."""
    found, grave = told["findings"], [one for one in told["findings"] if one["grave"]]
    closed = [one for one in found if one["closed"]]
    where = told["place"] + (f" {told['unit']}" if told["unit"] else "") + (
        f" {told['segment']}" if told["segment"] else ""
    )  # fmt: skip
    parts = [
        _("%(when)s，%(who)s按《%(form)s》对%(where)s进行检查（%(manner)s），检查%(n)s项。") % {
            "when": told["done"], "who": told["inspectors"], "form": told["checklist"], "where": where,
            "manner": told["manner"], "n": len(told["answers"]),
        }
    ]  # fmt: skip
    if not found:
        parts.append(_("没有发现问题。"))
        return "\n\n".join(parts)
    parts.append(
        _("发现问题%(n)s个，其中重大隐患%(grave)s个。") % {"n": len(found), "grave": len(grave)}
        + _("截至%(at)s，已整改并复查合格或了结%(closed)s个，未完成%(open)s个。")
        % {"at": told["as_of"], "closed": len(closed), "open": len(found) - len(closed)}
    )
    parts += [
        f"{one['n']}. [{one['severity']}] {one['what']}"
        + _("（责任：%(owner)s；期限：%(due)s；%(state)s）")
        % {"owner": one["owner"], "due": one["due"] or "–", "state": one["state"]}
        for one in found
    ]  # fmt: skip
    parts += [
        _("“%(topic)s”类问题%(days)s天内在这里出现%(times)s次，%(open)s次未整改，应查找根源。")
        % {"topic": one["topic"], "days": one["days"], "times": one["times"], "open": one["open"]}
        for one in told["repeats"]
    ]
    parts.append(_("要求责任单位按期整改，整改后由另一人到现场复查。"))
    return "\n\n".join(parts)


def digest(text: str, told: dict[str, Any]) -> str:
    """Return the digest by which a signed report is known: SHA-256 over text and record."""
    kept = json.dumps({"text": text, "record": told}, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(kept.encode()).hexdigest()


def save(inspection: Inspection, text: str, by: str, may: Any, now: datetime) -> Report:
    """Keep the text of a report that is not signed.

    Raises:
        Refusal: not the user's, the inspection is not done, the report is signed, or the text is empty or too long.
    """
    if not may(NEED, inspection.area):
        raise Refusal(_("您的角色不能在这一区域检查。"))
    if inspection.state != "done":
        raise Refusal(_("检查完成后才有报告。"))
    if not text.strip() or len(text) > LONGEST:
        raise Refusal(_("报告正文应有1至%(n)s字。") % {"n": LONGEST})
    with transaction.atomic():
        one, made = Report.objects.get_or_create(
            inspection=inspection, defaults={"area": inspection.area, "text": text, "by": by, "at": now}
        )
        # A signed one is not there to be updated, also where somebody signed it this moment (sql/install.sql).
        if not made and not Report.objects.filter(pk=one.pk, signed_at=None).update(text=text, by=by, at=now):
            raise Refusal(_("报告已签发，不能再改。"))
    return one


def sign(inspection: Inspection, text: str, name: str, by: str, may: Any, now: datetime) -> Report:
    """Sign a report: its text and what the record says now stay as they are.

    Raises:
        Refusal: as ``save``, or no name.
    """
    if not name.strip():
        raise Refusal(_("请填写签发人姓名和职务。"))
    with transaction.atomic():
        save(inspection, text, by, may, now)
        told = record(inspection, now)
        Report.objects.filter(inspection=inspection, signed_at=None).update(
            record=told, digest=digest(text, told), signed_by=by, signed_as=name.strip()[:60], signed_at=now
        )
    return Report.objects.get(inspection=inspection)
