"""What a desk user decides on the list. Each decision is an entry of the user's own journal, through the one door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from bulou.command.worklist import resolving, same
from bulou.command.worklist.chosen import SQL, ActRequest, ItemKey, Refusal
from bulou.command.worklist.rules import GROUPS, Category, subject_kind
from bulou.ledger import intake, journals
from bulou.ledger.areas import is_area, span
from bulou.ledger.scope import EVERYWHERE, Ranges, covers, multirange, scoped
from bulou.ledger.vocabulary import REGISTRY, Mark, Reason
from bulou.ui import entitled
from bulou.ui.desk_journal import writer
from bulou.ui.figures import rows as read

#: The longest time that something may be set aside.
LONGEST = timedelta(hours=24)
#: How long somebody is taken at his word that he sees to a matter.
TAKES = timedelta(hours=4)
#: What was looked into stays out of the list; the entry and its reason stay in the ledger.
CLOSED = timedelta(days=365)
ACTS = ("call", "defer", "excuse", "offer", "accept", "take", "close", "snooze")
#: Acts that solve a doubt of a duty (``resolving``); offered on its own page.
RESOLVING = ("same", "review", "choose", "recount", "lost")
#: Asked about before it is done, also to one row: it may end what is owed. To several rows everything is asked about.
ASKED = ("excuse", "same", "choose", "lost")
#: The most rows of one act: what nobody can read through is not confirmed either.
MOST = 200
#: What the desk may void: reports of a sample's way, of which two can contradict each other.
VOIDABLE = ("tube.sealed", "tube.boxed", "box.handed", "box.received", "tube.received", "tube.resulted")
#: Doubts that are also on the lists of areas in which the duty does not lie.
ABROAD = ("disputed", "sealed")
#: What no duty's own end takes from the list.
CLOSABLE = (Category.CONFLICT, Category.SILENT, Category.SHORTAGE)


#: An entry to be written: kind, time, area, body.
Writing = tuple[str, datetime, int, dict[str, Any]]


def check_act(said: ActRequest, chosen: ItemKey) -> None:
    """Tell whether an act may be done to a row.

    Raises:
        Refusal: in the reader's language, what is missing.
    """
    act = said.act
    if act not in ACTS + RESOLVING:
        raise Refusal(_("没有此操作。"))
    if not chosen.subject_kind:
        raise Refusal(_("无法识别所选事项。"))
    if act in ("snooze", "defer") and (said.until is None or not said.now < said.until <= said.now + LONGEST):
        raise Refusal(_("请填写24小时以内的时间。"))
    if act in ("snooze", "close") and not said.reason.strip():
        raise Refusal(_("请填写原因。"))
    if act in RESOLVING:
        resolving.check(said, chosen)
        return
    if act == "close" and (chosen.foreign or (chosen.doubt and act not in resolving.RESOLVES[chosen.doubt])):
        raise Refusal(_("这个操作不适用于所选条目。"))
    if act == "close" and chosen.class_ not in CLOSABLE:
        raise Refusal(_("应办事项不能直接办结：请办理、暂缓、移交，或登记因故未检。"))
    if act in ("snooze", "take", "close"):
        return
    if (act == "accept") != (chosen.class_ is Category.OFFER):
        raise Refusal(_("移交来的事项请先接收；其他事项没有移交可接收。"))
    _check_duty(said, chosen)


def _check_duty(said: ActRequest, chosen: ItemKey) -> None:
    duty = REGISTRY.duties.get(chosen.kind)
    if duty is None and chosen.kind in GROUPS:
        raise Refusal(_("这一条是多人或多管的汇总：请打开它，逐条勾选后办理。"))
    if duty is None or chosen.class_ is Category.CONFLICT:
        raise Refusal(_("此条没有可办理的事项。"))
    if said.act == "call" and duty.name != "swab":
        raise Refusal(_("只有应检人员才能通知下楼。"))
    mark = {"defer": Mark.DEFERRED, "excuse": Mark.EXCUSED}.get(said.act)
    if mark and not any(r.name == said.reason and r.mark is mark and sayable(r) for r in duty.reasons):
        raise Refusal(_("请选择适用于这类事项的原因。"))
    if said.act == "excuse" and not said.evidence.strip():
        raise Refusal(_("登记因故未检须填写凭据。"))
    if said.act == "offer" and (not is_area(said.to_area) or said.to_area == chosen.area):
        raise Refusal(_("请选择接收区域。"))


def sayable(reason: Reason) -> bool:
    """Tell whether a reason can be given here: a refusal is said at the door."""
    return reason.mark is not Mark.REFUSED


def fitting(chosen: ItemKey) -> tuple[str, ...]:
    """Return the acts that can be done to a row at all, whatever is filled in beside them."""
    if chosen.class_ is Category.OFFER:
        return ("accept", "take", "snooze")
    if chosen.kind == "unheard" or chosen.foreign:
        return ("take", "snooze")
    if chosen.doubt:
        return (*resolving.RESOLVES[chosen.doubt], "take", "snooze")
    if chosen.class_ in CLOSABLE:
        return ("close", "take", "snooze")
    if chosen.kind in GROUPS:
        return ("take", "snooze")
    call = ("call",) if chosen.kind == "swab" else ()
    return (*call, "take", "defer", "excuse", "snooze")


def asks(said: ActRequest, n: int) -> bool:
    """Tell whether an act on so many rows is asked about before it is done."""
    return n > 1 or said.act in ASKED


def entry_of(said: ActRequest, chosen: ItemKey) -> tuple[str, dict[str, Any]]:
    """Return the entry's kind and body of an act on a row.

    Raises:
        Refusal: the offer that should be accepted does not stand any more.
    """
    act, ends = said.act, said.until.isoformat() if said.until else None
    if act in RESOLVING:
        return resolving.entry_of(said, chosen)
    if act in ("snooze", "take", "close"):
        name = chosen.matter.taken if act == "take" else chosen.matter.word
        value = said.user if act == "take" else {"close": "closed"}.get(act, "set aside")
        seen = f" {chosen.n}" if chosen.n and act != "take" else ""  # the word holds for so many and no more
        lasts = {"take": TAKES, "close": CLOSED}.get(act)
        about, subject = chosen.matter.about
        return "standing.set", {
            "subject_kind": about, "subject": subject, "name": name, "value": value[:180] + seen,
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
    body |= {"reason": said.reason, "evidence": said.evidence.strip()[:2000]}
    if said.reason == same.REASON:
        try:
            body["same_as"] = same.other_of(said.same_as, chosen.subject, chosen.campaign, chosen.kind)
        except same.Wrong as error:
            raise Refusal(str(error)) from None
    return "duty.excused", body


def _offer(chosen: ItemKey) -> tuple[int, int]:
    with scoped(EVERYWHERE):  # the offer lies in the sender's area; only its number is read
        found = read(
            SQL["offer"], campaign=chosen.campaign, kind=REGISTRY.duties[chosen.kind].code, subject=chosen.subject,
            occasion=chosen.occasion, to_area=chosen.area,
        )  # fmt: skip
    if not found:
        raise Refusal(_("此项移交已撤回或已被接收。"))
    return found[0]


def prepared(rows: Sequence[str], said: ActRequest, ranges: Ranges) -> list[tuple[ItemKey, Writing]]:
    """Return what one act on the ticked rows would write. Nothing is written.

    A row's own area is no more than a claim: a duty is acted on where it stands.

    Raises:
        Refusal: nothing is ticked, a row is outside the scope, or the act does not fit one of them.
    """
    chosen = [ItemKey.read(row) for row in dict.fromkeys(rows)]
    if not chosen:
        raise Refusal(_("请先勾选事项。"))
    if len(chosen) > MOST:
        raise Refusal(_("一次最多办理%(n)s条。") % {"n": MOST})
    stand, out = _stand(chosen), []
    for one in chosen:
        duty = one.kind in REGISTRY.duties and one.class_ is not Category.OFFER
        area = stand.get((one.campaign, one.kind, one.subject, one.occasion)) if duty else one.area
        if area is None and one.doubt in ABROAD and said.act in ("take", "snooze"):  # a word of one's own area on it
            one, area = replace(one, foreign=True), one.area
        if area is None or not _own(one, ranges) or not covers(ranges, area):
            raise Refusal(_("所选事项不在您负责的区域内。"))
        if not area:  # about all areas; the root takes no entry
            area = read(SQL["first_district"], scope=multirange(ranges))[0][0] or 0
        if not is_area(area):
            raise Refusal(_("所选事项不在您负责的区域内。"))
        check_act(said, one)
        kind, body = entry_of(said, one)
        may_write(said, kind, area, body)
        out.append((one, (kind, said.now, area, body)))
    return out


def _own(chosen: ItemKey, ranges: Ranges) -> bool:
    """Tell whether a row's area is one of the ranges, and the area that a group is about is no other one."""
    if subject_kind(chosen.kind) == GROUPS["plan"] and chosen.subject != chosen.area:
        return False
    ends = (chosen.area,) if chosen.kind in REGISTRY.duties and not chosen.foreign else span(chosen.area)
    return all(covers(ranges, end) for end in ends) and (is_area(chosen.area) or chosen.area == 0)


def _stand(chosen: Sequence[ItemKey]) -> dict[tuple[int, str, int, int], int]:
    """Return where the duties among the rows stand, as far as they are within the scope."""
    duties = [one for one in chosen if one.kind in REGISTRY.duties and one.class_ is not Category.OFFER]
    found = duties and read(
        SQL["stand"], campaigns=[one.campaign for one in duties],
        kinds=[REGISTRY.duties[one.kind].code for one in duties], subjects=[one.subject for one in duties],
        occasions=[one.occasion for one in duties],
    )  # fmt: skip
    return {
        (campaign, REGISTRY.by_code[kind].name, subject, occasion): area
        for campaign, kind, subject, occasion, area in found
    }


def decide(rows: Sequence[str], said: ActRequest, user: int, ranges: Ranges) -> list[intake.Receipt]:
    """Do one act to the ticked rows, all or none.

    Raises:
        Refusal: as ``prepared``.
    """
    return written([entry for _one, entry in prepared(rows, said, ranges)], said, user, ranges)


def written(entries: list[Writing], said: ActRequest, user: int, ranges: Ranges) -> list[intake.Receipt]:
    """Write entries as a user's own.

    Raises:
        Refusal: as ``appended``.
    """
    return appended(writer(user, said.user, ranges, said.now), entries, said)


def may_write(said: ActRequest, kind: str, area: int, body: dict[str, Any], own: bool = False) -> None:
    """Hold an entry to what its writer's roles let him write there.

    Raises:
        Refusal: they do not.
    """
    try:
        entitled.check(said.may, kind, area, body, own)
    except entitled.NotEntitled as error:
        raise Refusal(str(error)) from None


def appended(journal: int, entries: list[Writing], said: ActRequest) -> list[intake.Receipt]:
    """Write entries to a desk's journal.

    Raises:
        Refusal: the user's roles do not let him write one of them there, or the ledger did not take it.
    """
    for kind, _at, area, body in entries:
        may_write(said, kind, area, body, own=body.get("journal") == journal)
    receipts = journals.append(journal, entries, said.now)
    if any(receipt.status != "kept" for receipt in receipts):
        raise Refusal(_("操作未成功，请刷新后重试。"))
    return receipts
