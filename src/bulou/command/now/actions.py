"""What a desk user decides on the list. Each decision is an entry of the user's own journal, through the one door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from bulou.command.now.reads import SQL, subject_kind
from bulou.command.now.rules import Class, Matter
from bulou.command.reads import rows as read
from bulou.ledger import intake, journals
from bulou.ledger.areas import is_area
from bulou.ledger.scope import EVERYWHERE, Ranges, covers, multirange, scoped
from bulou.ledger.vocabulary import REGISTRY, Mark

#: A desk journal ends with the year; the next act opens another.
LASTS = timedelta(days=365)
#: The longest time that something may be set aside.
LONGEST = timedelta(hours=24)
#: How long somebody is taken at his word that he sees to a matter.
TAKES = timedelta(hours=4)
#: What was looked into stays out of the list; the entry and its reason stay in the ledger.
CLOSED = timedelta(days=365)
ACTS = ("call", "defer", "excuse", "offer", "accept", "take", "close", "snooze")
#: What the desk may void: reports of a sample's way, of which two can contradict each other.
VOIDABLE = ("tube.sealed", "tube.boxed", "box.handed", "box.received", "tube.received", "tube.resulted")
#: What no duty's own end takes from the list.
CLOSABLE = (Class.CONFLICT, Class.SILENT, Class.SHORTAGE)


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
            raise Refusal(_("无法识别所选事项。")) from None

    @property
    def subject_kind(self) -> int:
        """Return what the subject is."""
        return subject_kind(self.kind)

    @property
    def matter(self) -> Matter:
        """Return the matter as far as its key tells it."""
        return Matter(
            self.class_, self.kind, self.subject, self.area, None, occasion=self.occasion, campaign=self.campaign
        )


@dataclass(frozen=True, slots=True)
class Said:
    """What the user gave with an act. ``until``: the end of a deferral; ``to_area``: who is asked to take a duty."""

    act: str
    user: str
    now: datetime
    reason: str = ""
    evidence: str = ""
    until: datetime | None = None
    to_area: int = 0


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


def check_act(said: Said, chosen: Chosen) -> None:
    """Tell whether an act may be done to a row.

    Raises:
        Refusal: in the reader's language, what is missing.
    """
    act = said.act
    if act not in ACTS:
        raise Refusal(_("没有此操作。"))
    if not chosen.subject_kind:
        raise Refusal(_("无法识别所选事项。"))
    if act in ("snooze", "defer") and (said.until is None or not said.now < said.until <= said.now + LONGEST):
        raise Refusal(_("请填写24小时以内的时间。"))
    if act in ("snooze", "close") and not said.reason.strip():
        raise Refusal(_("请填写原因。"))
    if act == "close" and chosen.class_ not in CLOSABLE:
        raise Refusal(_("应办事项不能直接办结：请办理、暂缓、移交，或登记因故未检。"))
    if act in ("snooze", "take", "close"):
        return
    if (act == "accept") != (chosen.class_ is Class.OFFER):
        raise Refusal(_("移交来的事项请先接收；其他事项没有移交可接收。"))
    _check_duty(said, chosen)


def _check_duty(said: Said, chosen: Chosen) -> None:
    duty = REGISTRY.duties.get(chosen.kind)
    if duty is None or chosen.class_ is Class.CONFLICT:
        raise Refusal(_("此条没有可办理的事项。"))
    if said.act == "call" and duty.name != "swab":
        raise Refusal(_("只有应检人员才能通知下楼。"))
    mark = {"defer": Mark.DEFERRED, "excuse": Mark.EXCUSED}.get(said.act)
    if mark and not any(r.name == said.reason and r.mark is mark for r in duty.reasons):
        raise Refusal(_("请选择适用于这类事项的原因。"))
    if said.act == "excuse" and not said.evidence.strip():
        raise Refusal(_("登记因故未检须填写凭据。"))
    if said.act == "offer" and (not is_area(said.to_area) or said.to_area == chosen.area):
        raise Refusal(_("请选择接收区域。"))


def fitting(chosen: Chosen) -> tuple[str, ...]:
    """Return the acts that can be done to a row at all, whatever is filled in beside them."""
    if chosen.class_ is Class.OFFER:
        return ("accept", "take", "snooze")
    if chosen.class_ in CLOSABLE:
        return ("close", "take", "snooze")
    call = ("call",) if chosen.kind == "swab" else ()
    return (*call, "take", "defer", "excuse", "snooze")


def entry_of(said: Said, chosen: Chosen) -> tuple[str, dict[str, Any]]:
    """Return the entry's kind and body of an act on a row.

    Raises:
        Refusal: the offer that should be accepted does not stand any more.
    """
    act, ends = said.act, said.until.isoformat() if said.until else None
    if act in ("snooze", "take", "close"):
        name = chosen.matter.taken if act == "take" else chosen.matter.word
        value = {"take": said.user, "close": "closed"}.get(act, "set aside")
        lasts = {"take": TAKES, "close": CLOSED}.get(act)
        return "standing.set", {
            "subject_kind": chosen.subject_kind, "subject": chosen.subject, "name": name, "value": value[:200],
            "until": (said.now + lasts).isoformat() if lasts else ends, "reason": said.reason.strip()[:2000],
        }  # fmt: skip
    if act == "call":
        return "swab.called", {"campaign": chosen.campaign, "persons": [chosen.subject]}
    body = {
        "campaign": chosen.campaign, "duty": chosen.kind, "subjects": [chosen.subject], "occasion": chosen.occasion,
    }  # fmt: skip
    if act == "offer":
        return "duty.offered", body | {"to_area": said.to_area, "reason": said.reason}
    if act == "accept":
        journal, number = _offer(chosen)
        return "duty.accepted", body | {"offer_journal": journal, "offer_number": number}
    if act == "defer":
        return "duty.deferred", body | {"reason": said.reason, "until": ends}
    return "duty.excused", body | {"reason": said.reason, "evidence": said.evidence.strip()[:2000]}


def void(journal: int, number: int, said: Said, user: int, ranges: Ranges) -> list[intake.Receipt]:
    """Void one entry of a conflict, by a reason.

    Raises:
        Refusal: no reason, an entry of other areas, of a kind that is no sample's way, or one that is void already.
    """
    if not said.reason.strip():
        raise Refusal(_("请填写原因。"))
    found = read(SQL["voidable"], journal=journal, number=number)
    if not found or not covers(ranges, found[0][0]):
        raise Refusal(_("所选事项不在您负责的区域内。"))
    area, kind, over = found[0]
    if over or kind not in VOIDABLE:
        raise Refusal(_("此条不能在这里作废，或已作废。"))
    body = {"journal": journal, "number": number, "reason": said.reason.strip()[:2000]}
    return _written([("entry.voided", said.now, area, body)], said, user, ranges)


def _written(
    entries: list[tuple[str, datetime, int, dict[str, Any]]], said: Said, user: int, ranges: Ranges
) -> list[intake.Receipt]:
    receipts = journals.append(writer(user, said.user, ranges, said.now), entries, said.now)
    if any(receipt.status != "kept" for receipt in receipts):
        raise Refusal(_("操作未成功，请刷新后重试。"))
    return receipts


def _offer(chosen: Chosen) -> tuple[int, int]:
    with scoped(EVERYWHERE):  # the offer lies in the sender's area; only its number is read
        found = read(
            SQL["offer"], campaign=chosen.campaign, kind=REGISTRY.duties[chosen.kind].code, subject=chosen.subject,
            occasion=chosen.occasion, to_area=chosen.area,
        )  # fmt: skip
    if not found:
        raise Refusal(_("此项移交已撤回或已被接收。"))
    return found[0]


def decide(rows: Sequence[str], said: Said, user: int, ranges: Ranges) -> list[intake.Receipt]:
    """Do one act to the ticked rows, all or none.

    Raises:
        Refusal: nothing is ticked, a row is outside the scope, or the act does not fit one of them.
    """
    chosen = [Chosen.read(row) for row in dict.fromkeys(rows)]
    if not chosen:
        raise Refusal(_("请先勾选事项。"))
    entries = []
    for one in chosen:
        area = one.area
        if not area and one.class_ is Class.SILENT:  # a device of all areas; the root takes no entry
            area = read(SQL["first_district"], scope=multirange(ranges))[0][0] or 0
        if not is_area(area) or not covers(ranges, area):
            raise Refusal(_("所选事项不在您负责的区域内。"))
        check_act(said, one)
        kind, body = entry_of(said, one)
        entries.append((kind, said.now, area, body))
    return _written(entries, said, user, ranges)
