"""What is done about notices: written, approved by another person, sent, corrected, retracted; unreached doors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from bulou.ledger import journals
from bulou.ledger.areas import span
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.notices import audience, rules
from bulou.notices.audience import SQL
from bulou.notices.models import Notice
from bulou.notices.vocabulary import CHANNELS, PROGRAMME, PUBLIC, TELL, TO_HOUSEHOLDS
from bulou.ui.figures import rows

#: Tells whether the user may do something in an area.
May = Callable[[str, int], bool]
WRITE, APPROVE = "notices", "notices-approve"
#: Doors that are listed and visited at once.
MOST = 2000
TEXTS = ("title_zh", "title_en", "text_zh", "text_en", "public_zh", "public_en")


class Refusal(ValueError):
    """Why it was not done, as a sentence."""


def check(may: May, ability: str, area: int) -> None:
    """Hold what is done to who may do it there.

    Raises:
        Refusal: he may not.
    """
    if not area or not may(ability, area):
        if ability == WRITE:
            raise Refusal(_("您的角色不能在这一区域发通告。"))
        raise Refusal(_("您的角色不能批准这一区域的通告。"))


def wrong(area: int, values: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a notice, a sentence each; names are looked up in its area."""
    out: list[str] = []
    label = {
        "title_zh": _("标题（中文）"), "title_en": _("标题（英文）"), "text_zh": _("正文（中文）"),
        "text_en": _("正文（英文）"), "public_zh": _("张贴和喊话（中文）"), "public_en": _("张贴和喊话（英文）"),
    }  # fmt: skip
    channels = values["channels"]
    needed = ["title_zh", "title_en"]
    needed += ["text_zh", "text_en"] if set(channels) & set(TO_HOUSEHOLDS) else []
    needed += ["public_zh", "public_en"] if set(channels) & set(PUBLIC) else []
    if not channels:
        out.append(_("请至少选择一种发布方式。"))
    for name in TEXTS:
        text, field = values[name], label[name]
        most = rules.LONGEST[name.split("_")[0]]
        if name in needed and not text:
            out.append(_("请填写“%(field)s”。") % {"field": field})
        if len(text) > most:
            out.append(_("“%(field)s”最多%(most)s字，现有%(n)s字。") % {"field": field, "most": most, "n": len(text)})
        open_to_all = not name.startswith("text")
        out += [_fault(field, one) for one in rules.faults(text, open_to_all)]
        if open_to_all and text:
            out += [_("“%(field)s”里有居民姓名“%(name)s”：公开的内容不能点名。") % {"field": field, "name": name_}
                    for name_ in names_in(area, text)]  # fmt: skip
    return out


def _fault(field: str, one: rules.Fault) -> str:
    return {
        "variable": _("“%(field)s”里没有“{%(found)s}”这个变量：请从列出的变量中选。"),
        "brace": _("“%(field)s”里的大括号不成对%(found)s。"),
        "room": _("“%(field)s”里有门牌“%(found)s”：公开的内容不能点到哪一户。"),
        "telephone": _("“%(field)s”里有手机号%(found)s：公开的内容不能有个人号码。"),
    }[one.code] % {"field": field, "found": one.found}


def names_in(area: int, text: str) -> list[str]:
    """Return names of people who live in an area that stand in a text."""
    lo, hi = span(area)
    found = rows(SQL["names"], lo=lo, hi=hi, text=rules.squeezed(text))
    return rules.named(text, [name for (name,) in found])


def draft(values: Mapping[str, Any], by: str, may: May, now: datetime, old: Notice | None = None) -> Notice:
    """Write a notice or change a draft, and count whom it names.

    Raises:
        Refusal: the user may not, the texts cannot be, or it is no draft any more.
    """
    check(may, WRITE, values["area"])
    if faults := wrong(values["area"], values):
        raise Refusal("\n".join(faults))
    homes, _people, _phones = audience.count(values["area"], audience.of(values["area"], values["audience"]), now)
    if old is None:
        return Notice.objects.create(**values, by=by, made_at=now, counted=homes)
    check(may, WRITE, old.area)
    # Who changes a draft is its author from then on: he cannot approve his own words.
    if not Notice.objects.filter(pk=old.pk, state="draft").update(**values, by=by, made_at=now, counted=homes):
        raise Refusal(_("这则通告已不是草稿，不能再改：需要时请发更正。"))
    return Notice.objects.get(pk=old.pk)


def _move(one: Notice, to: str, before: tuple[str, ...], **values: Any) -> None:
    if not Notice.objects.filter(pk=one.pk, state__in=before).update(state=to, **values):
        raise Refusal(_("这则通告的状态已变：请刷新后再看。"))


def approve(one: Notice, by: str, may: May, now: datetime) -> None:
    """Approve what another person wrote.

    Raises:
        Refusal: the user may not, he wrote it, it is no draft, or a text does not hold any more.
    """
    check(may, APPROVE, one.area)
    if not rules.hold_apart(one.by, by):
        raise Refusal(_("自己写的通告要由另一人批准。"))
    values = {name: getattr(one, name) for name in TEXTS} | {"channels": one.channels}
    if faults := wrong(one.area, values):
        raise Refusal("\n".join(faults))
    # Only the very text that was read: a draft that changed meanwhile has another author or another time.
    done = Notice.objects.filter(pk=one.pk, state="draft", by=one.by, made_at=one.made_at).update(
        state="approved", approved_by=by, approved_at=now
    )
    if not done:
        raise Refusal(_("这则通告的状态已变：请刷新后再看。"))


def send_back(one: Notice, by: str, may: May) -> None:
    """Make a draft of what was approved.

    Raises:
        Refusal: the user may not, or it was sent.
    """
    check(may, APPROVE, one.area)
    _move(one, "draft", ("approved",), approved_by="", approved_at=None)


def send(one: Notice, by: str, may: May, now: datetime) -> int:
    """Send an approved notice: count its audience anew and make one delivery for each household and channel.

    Returns how many households it goes to. A notice that corrects another ends that one.

    Raises:
        Refusal: the user may not, it is not approved, or nobody is in its audience.
    """
    check(may, WRITE, one.area)
    whom = audience.of(one.area, one.audience)
    with transaction.atomic():
        homes, _people, _phones = audience.count(one.area, whom, now)
        if not homes and set(one.channels) & set(TO_HOUSEHOLDS):
            raise Refusal(_("现在没有一户符合发送范围：不用发了，或请改范围。"))
        _move(one, "sent", ("approved",), sent_by=by, sent_at=now, sent_to=homes)
        channels = [name for name in one.channels if name in TO_HOUSEHOLDS]
        if channels:
            with scoped(audience.reach(one.area)), connection.cursor() as cursor:
                cursor.execute(SQL["deliver"], audience.given(whom, now) | {"notice": one.pk, "channels": channels})
        if one.corrects is not None:
            end(one.corrects, "corrected", one.title_zh, by, now)
    return homes


def end(one: Notice, state: str, why: str, by: str, now: datetime) -> None:
    """End a notice; messages that did not go out stay here.

    Raises:
        Refusal: it has ended already.
    """
    before = ("sent",) if state == "corrected" else ("draft", "approved", "sent")
    with transaction.atomic(), connection.cursor() as cursor:
        _move(one, state, before, ended_by=by, ended_at=now, ended_why=why)
        cursor.execute(SQL["cancel"], {"notice": one.pk})


def retract(one: Notice, why: str, by: str, may: May, now: datetime) -> None:
    """Take a notice back, with the reason, which households read.

    Raises:
        Refusal: the user may not, no reason, or it has ended already.
    """
    check(may, WRITE, one.area)
    if not why.strip() or len(why) > 120:
        raise Refusal(_("请填写撤回原因，最多120字：居民会看到。"))
    if rules.faults(why, public=True) or names_in(one.area, why):
        raise Refusal(_("撤回原因里不能有姓名、门牌和手机号。"))
    end(one, "retracted", why.strip(), by, now)


def correction(one: Notice, by: str, may: May, now: datetime) -> Notice:
    """Return a draft that corrects a notice: the same words and audience, to be changed.

    Raises:
        Refusal: the user may not, or it was not sent or has ended.
    """
    check(may, WRITE, one.area)
    if one.state != "sent":
        raise Refusal(_("只有已发出的通告才能更正。"))
    kept = {name: getattr(one, name) for name in (*TEXTS, "area", "audience", "channels", "urgent", "receipt")}
    kept |= {"title_zh": f"【更正】{one.title_zh}"[: rules.LONGEST["title"]],
             "title_en": f"Correction: {one.title_en}"[: rules.LONGEST["title"]]}  # fmt: skip
    return Notice.objects.create(**kept, corrects=one, by=by, made_at=now, counted=one.counted)


def unreached(one: Notice) -> list[tuple[Any, ...]]:
    """Return the doors that a notice did not reach, one more than ``MOST`` where there are too many: (household, area,
    stairwell, floor, door, outcome and stage of the visit). Within the caller's scope.
    """
    return rows(
        SQL["unreached"], notice=one.pk, campaign=PROGRAMME.id, kind=TELL.code, receipt=one.receipt, most=MOST + 1
    )


def visit(one: Notice, journal: Callable[[], int], may: May, now: datetime) -> int:
    """Have somebody knock at each door that a notice did not reach and that is owed no visit yet; return how many.

    ``journal``: gives the number of the user's own journal, in which it is written.

    Raises:
        Refusal: the user may not, or it was not sent.
    """
    check(may, WRITE, one.area)
    if one.state != "sent":
        raise Refusal(_("只有已发出的通告才能安排上门。"))
    body = {"campaign": PROGRAMME.id, "occasion": one.pk, "what": one.title_zh[:120]}
    told = [
        ("notice_visit.asked", now, area, body | {"subjects": [household]})
        for household, area, _stairwell, _floor, _door, outcome, _stage in unreached(one)[:MOST]
        if outcome is None
    ]
    with scoped(EVERYWHERE):
        receipts = journals.append(journal(), told, now) if told else []
    if any(receipt.status != "kept" for receipt in receipts):
        raise Refusal(_("操作未成功，请刷新后重试。"))
    return len(told)


assert {one.name for one in CHANNELS} == {*TO_HOUSEHOLDS, *PUBLIC}
