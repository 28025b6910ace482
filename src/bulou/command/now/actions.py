"""What a desk user decides on the list. Each decision is an entry of the user's own journal, through the one door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from bulou.command.now.reads import SQL
from bulou.command.now.rules import Class
from bulou.ledger import intake, journals
from bulou.ledger.scope import Ranges, covers, multirange
from bulou.ledger.vocabulary import REGISTRY, Mark, Subject

#: A desk journal ends with the year; the next act opens another.
LASTS = timedelta(days=365)
#: The longest time that something may be set aside.
LONGEST = timedelta(hours=24)
ACTS = ("snooze", "defer", "excuse", "call")
PERSONS, JOURNALS, STORES = int(Subject.PERSON), int(Subject.JOURNAL), int(Subject.STORE)


class Refusal(ValueError):
    """An act that cannot be done; its text is the sentence that the page shows."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A ticked row: what its key and its area say."""

    class_: Class
    kind: str
    campaign: int
    subject: int
    occasion: int
    area: int

    @classmethod
    def read(cls, text: str) -> Chosen:
        """Return the row that a form's value names: the matter's key, a colon, the area.

        Raises:
            Refusal: not such a value.
        """
        try:
            key, area = text.split(":")
            class_, kind, campaign, subject, occasion = key.split(".")
            return cls(Class[class_.upper()], kind, int(campaign), int(subject), int(occasion), int(area))
        except (ValueError, KeyError):
            raise Refusal(_("无法识别所选条目。")) from None

    @property
    def subject_kind(self) -> int:
        """Return what the subject is."""
        if self.kind in REGISTRY.duties:
            return int(REGISTRY.duties[self.kind].subject)
        return {"journal": JOURNALS, "store": STORES}.get(self.kind, 0)


def writer(user: int, name: str, ranges: Ranges, now: datetime) -> int:
    """Return the journal through which a user's acts within a scope are written; the first act enrols it."""
    scope = multirange(ranges)
    with connection.cursor() as cursor:
        cursor.execute(SQL["writer"], {"user": user, "scope": scope, "now": now})
        row = cursor.fetchone()
        if row:
            return row[0]
        journal, _key = journals.enrol(name, "desk", ranges, now, now + LASTS)
        cursor.execute(
            SQL["keep_writer"], {"user": user, "scope": scope, "journal": journal, "expires": now + LASTS}
        )  # fmt: skip
    return journal


def check_act(act: str, chosen: Chosen, reason: str, evidence: str, until: datetime | None, now: datetime) -> None:
    """Tell whether an act may be done to a row; the page greys its button by the same sentence.

    Raises:
        Refusal: in the reader's language, what is missing.
    """
    if act not in ACTS:
        raise Refusal(_("没有这个操作。"))
    duty = REGISTRY.duties.get(chosen.kind)
    if act in ("snooze", "defer") and (until is None or not now < until <= now + LONGEST):
        raise Refusal(_("请给出 24 小时以内的到期时间。"))
    if act == "snooze":
        if not reason.strip():
            raise Refusal(_("请写明暂缓处理的原因。"))
        if not chosen.subject_kind:
            raise Refusal(_("无法识别所选条目。"))
        return
    if duty is None or chosen.class_ is Class.CONFLICT:
        raise Refusal(_("这一条没有对应的应办事项。"))
    if act == "call" and duty.name != "swab":
        raise Refusal(_("只有应检人员可以通知下楼。"))
    mark = {"defer": Mark.DEFERRED, "excuse": Mark.EXCUSED}.get(act)
    if mark and not any(r.name == reason and r.mark is mark for r in duty.reasons):
        raise Refusal(_("请选择适用于这类事项的原因。"))
    if act == "excuse" and not evidence.strip():
        raise Refusal(_("因故未办须有凭据。"))


def said(act: str, chosen: Chosen, reason: str, evidence: str, until: datetime | None) -> tuple[str, dict[str, Any]]:
    """Return the entry's kind and body of an act on a row."""
    ends = until.isoformat() if until else None
    if act == "snooze":
        return "standing.set", {
            "subject_kind": chosen.subject_kind, "subject": chosen.subject, "name": f"now.{chosen.class_.name.lower()}",
            "value": "set aside", "until": ends, "reason": reason.strip()[:2000],
        }  # fmt: skip
    if act == "call":
        return "swab.called", {"campaign": chosen.campaign, "persons": [chosen.subject]}
    body = {
        "campaign": chosen.campaign, "duty": chosen.kind, "subjects": [chosen.subject], "occasion": chosen.occasion,
        "reason": reason,
    }  # fmt: skip
    if act == "defer":
        return "duty.deferred", body | {"until": ends}
    return "duty.excused", body | {"evidence": evidence.strip()[:2000]}


def decide(
    act: str, rows: Sequence[str], user: int, name: str, ranges: Ranges, now: datetime,
    reason: str = "", evidence: str = "", until: datetime | None = None,
) -> list[intake.Receipt]:  # fmt: skip
    """Do one act to the ticked rows, all or none.

    Raises:
        Refusal: nothing is ticked, a row is outside the scope, or the act does not fit one of them.
    """
    chosen = [Chosen.read(row) for row in dict.fromkeys(rows)]
    if not chosen:
        raise Refusal(_("请先勾选条目。"))
    for one in chosen:
        if not covers(ranges, one.area):
            raise Refusal(_("所选条目不在您的区域内。"))
        check_act(act, one, reason, evidence, until, now)
    entries = [
        (kind, now, one.area, body) for one in chosen for kind, body in [said(act, one, reason, evidence, until)]
    ]
    journal = writer(user, name, ranges, now)
    receipts = journals.append(journal, entries, now)
    if any(receipt.status != "kept" for receipt in receipts):
        raise Refusal(_("台账没有接受这一操作，请刷新后重试。"))
    return receipts
