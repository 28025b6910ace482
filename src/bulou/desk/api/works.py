"""Endpoints of declared kinds: what kinds there are, their lists and records, what is opened and done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from ninja import Router

from bulou.command.work import actions, cells, covering, forms, opening, pages, reads
from bulou.command.work.reads import After, Asked
from bulou.command.work.rules import Row, facts, subject_of, value_of, why_not
from bulou.command.worklist.chosen import ActRequest, Refusal
from bulou.desk.api.door import Problem, need
from bulou.desk.api.schemas import (
    ActIn,
    ActNow,
    ActOut,
    DoneOut,
    DutiesOut,
    DutyOut,
    FieldOut,
    KindOut,
    OpenedOut,
    OpenIn,
    ProblemOut,
    RecordOut,
    SaidOut,
    Words,
)
from bulou.ledger import clock
from bulou.ledger.areas import is_area, span
from bulou.ledger.scope import covers
from bulou.ledger.steps import Field
from bulou.ledger.vocabulary import Mark, Outcome
from bulou.ui.live import fragments as live
from bulou.ui.room import Act, Work, works
from bulou.ui.templatetags.naming import spot

router = Router(tags=["duties"])
#: Rows of one page of a list, and the most that can be asked for.
PAGE, MOST = 50, 500
#: What every endpoint may refuse with.
REFUSED = {401: ProblemOut, 403: ProblemOut, 404: ProblemOut, 409: ProblemOut, 422: ProblemOut, 429: ProblemOut}


def kind_of(request: HttpRequest, name: str) -> Work:
    """Return a kind that the key may see.

    Raises:
        Problem: 404, there is none; 403, the key may not.
    """
    work = works().get(name)
    if work is None:
        raise Problem(404, "no_kind", _("没有这种应办。"))
    need(request, work.sees)
    return work


def _words(one: Any) -> dict[str, str]:
    return {"name": one.name, "zh": one.zh, "en": one.en}


def _field(one: Field) -> FieldOut:
    return FieldOut(
        **_words(one), type=one.type, required=one.required and not one.when,
        choices=[Words(**_words(choice)) for choice in one.choices],
    )  # fmt: skip


def _act(request: HttpRequest, work: Work, act: Act) -> ActOut:
    return ActOut(
        **_words(act), stages=[*act.stages], allowed=request.reach.has(act.ability),
        fields=[_field(one) for one in forms.fields_of(act, work, [])],
    )  # fmt: skip


@router.get("/kinds", response={200: list[KindOut], **REFUSED}, url_name="api-kinds", summary="Kinds of duty")
def kinds(request: HttpRequest) -> Any:
    """The kinds that the key may see, with their stages, reasons, acts and forms."""
    out: list[KindOut] = []
    for work in works().values():
        if not request.reach.has(work.sees):
            continue
        step, duty = work.opening, work.duty
        opens = ActOut(
            name=step.name, zh=step.zh, en=step.en, stages=[], allowed=request.reach.has(work.opener),
            fields=[_field(one) for one in forms.asked_of(step.fields)],
        ) if step else None  # fmt: skip
        out.append(KindOut(
            **_words(duty), subject=duty.subject.name.lower(), covered=work.covered,
            stages=[Words(**_words(one)) for one in duty.stages], variants=[one for one in duty.variants if one],
            reasons=[Words(**_words(one)) for one in duty.reasons],
            acts=[_act(request, work, act) for act in work.acts if _askable(work, act)], opens=opens,
        ))  # fmt: skip
    return out


def _askable(work: Work, act: Act) -> bool:
    """Tell whether an act's form can be filled in here: where it needs a photo it cannot."""
    step = next((step for step in work.steps if step.name == act.step), None)
    return step is None or not any(one.type in forms.NOT_YET and one.required for one in step.fields)


def area_in(request: HttpRequest, area: int) -> int:
    """Return an area within the key's, 0 for the whole of it.

    Raises:
        Problem: 404, the key reaches no such area.
    """
    if area and (not is_area(area) or not all(covers(request.ranges, end) for end in span(area))):
        raise Problem(404, "no_area", _("密钥的范围内没有这个区域。"))
    return area or (request.reach.area if is_area(request.reach.area) else 0)


@router.get(
    "/kinds/{kind}/duties", response={200: DutiesOut, **REFUSED}, url_name="api-duties", summary="List of a kind"
)
def listed(
    request: HttpRequest, kind: str, area: int = 0, state: str = "open", stage: str = "", late: bool = False,
    danger: bool = False, refused: bool = False, given: str = "", subject: str = "", after: str = "", limit: int = PAGE,
) -> Any:  # fmt: skip
    """The duties of a kind by how pressing they are. ``state``: open, done, excused, all."""
    work, now = kind_of(request, kind), clock.now()
    stages = [one.name for one in work.duty.stages]
    wrong = {
        "state": state not in reads.STATES, "stage": bool(stage) and stage not in stages,
        "limit": not 0 < limit <= MOST, "given": given not in ("", "yes", "no"),
        "subject": bool(subject) and not subject_of(subject),
    }  # fmt: skip
    try:
        start = After.read(after)
    except ValueError:
        start, wrong["after"] = None, True
    if any(wrong.values()):
        named = {name: [_("不是可用的值。")] for name, is_wrong in wrong.items() if is_wrong}
        raise Problem(422, "wrong_filter", _("筛选条件不可用：%(what)s。") % {"what": ", ".join(named)}, named)
    asked = Asked(
        area_in(request, area), state, stages.index(stage) if stage else -1, late, danger, refused, given,
        subject_of(subject),
    )  # fmt: skip
    found, more = reads.listed(work, request.ranges, asked, now, start, limit)
    return DutiesOut(duties=_told(request, work, found, now, "list"), next=more.text if more else None)


def _told(request: HttpRequest, work: Work, found: list[Row], now: datetime, what: str) -> list[DutyOut]:
    """Return duties as the key may see them, and put on record whose names were shown."""
    places = pages.places_of([row.area for row in found])
    shown = [pages.shown_of(request, row, [], places, now) for row in found]
    pages.look(request, work, shown, now, what)
    columns = [one for one in work.columns if one.source not in cells.DRAWN]
    return [
        DutyOut(
            row=row.token, campaign=row.campaign, subject=row.subject, occasion=row.occasion, code=row.code,
            name=row.name if one.named else None, area=row.area, place=spot(places, row.area, 0), stage=row.at.name,
            outcome=Outcome(row.outcome).name.lower(), mark=Mark(row.mark).name.lower(), reason=row.reason,
            variant=_at(row.kind.variants, row.variant), value=value_of(row), opened_at=row.opened_at,
            stage_at=row.stage_at, due=row.due, late=row.open and bool(row.due and row.due <= now),
            given=row.given_name,
            values={column.name: cells.text(row, column, places, one.named, now) or None for column in columns},
        )
        for row, one in zip(found, shown, strict=True)
    ]  # fmt: skip


def _at(names: Any, place: int | None) -> str:
    return names[place] if place and place < len(names) else ""


@router.get(
    "/kinds/{kind}/duties/{campaign}/{subject}/{occasion}", response={200: RecordOut, **REFUSED}, url_name="api-duty",
    summary="One duty with its record",
)  # fmt: skip
def record(request: HttpRequest, kind: str, campaign: int, subject: int, occasion: int) -> Any:
    """One duty: how it stands, what was reported of it, what the key could do to it now."""
    work, now = kind_of(request, kind), clock.now()
    known = 0 <= campaign < 2**31 and 0 <= subject < 2**54 and 0 <= occasion < 2**54
    found = reads.of(work, request.ranges, [(campaign, subject, occasion)], now) if known else []
    if not found:
        raise Problem(404, "no_duty", _("密钥的范围内没有这一条。"))
    (row,) = found
    stands = facts(row, reads.doers(work, found)[row.key], reads.actor(request.user.pk), now)
    named = request.may("names", row.area)
    acts = [
        ActNow(**_words(act), why_not=actions.sentence(why) if (why := why_not(act, row, stands)) else "")
        for act in work.acts
        if request.may(act.ability, row.area) and _askable(work, act)
    ]
    (told,) = _told(request, work, found, now, "sheet")
    return RecordOut(duty=told, timeline=[_said(work, one, named) for one in reads.timeline(row)], acts=acts)


def _said(work: Work, one: reads.Said, named: bool) -> SaidOut:
    """Return an entry with those of its fields that the kind declares and the key may see."""
    steps = {step.name: step.fields for step in work.steps}
    asked = steps.get(one.name, (Field("reason", "text", "", ""), Field("until", "time", "", "")))
    fields = {
        field.name: one.body[field.name]
        for field in asked
        if one.body.get(field.name) not in (None, "", []) and (named or not field.personal)
    }
    return SaidOut(
        at=one.at, received_at=one.received_at, kind=one.name, zh=one.kind.zh if one.kind else one.name,
        en=one.kind.en if one.kind else one.name, area=one.area, by=one.by, counts=one.counts, fields=fields,
    )  # fmt: skip


@router.post("/kinds/{kind}/acts/{act}", response={200: DoneOut, **REFUSED}, url_name="api-act", summary="Do an act")
def do(request: HttpRequest, kind: str, act: str, said: ActIn) -> Any:
    """Do an act to duties, all or none, with the checks of the desk's own form. 409: one has changed, or cannot be."""
    work, now = kind_of(request, kind), clock.now()
    found = next((one for one in work.acts if one.name == act and _askable(work, one)), None)
    if found is None:
        raise Problem(404, "no_act", _("没有这个操作。"))
    need(request, found.ability)
    who = ActRequest(act, request.user.get_username(), now, may=request.may)
    try:
        chosen = actions.choose(
            work, found, said.rows, request.user.pk, request.ranges, request.may, now, hold=True
        )  # fmt: skip
        if chosen.unable:
            raise Problem(409, "cannot", _told_unable(chosen))
        fields = forms.fields_of(found, work, chosen.able)
        if work.covered:
            fields = covering.with_defaults(fields, {row.campaign for row in chosen.able})
        form = filled(fields, said.fields, now)
        done = actions.do(work, found, chosen, form.said, who, request.user.pk, request.ranges)
    except Refusal as refusal:
        raise Problem(409, "cannot", str(refusal)) from None
    live.forget()
    return DoneOut(done=done)


def _told_unable(chosen: actions.Chosen) -> str:
    return "；".join(f"{row.token}：{actions.sentence(why)}" for row, why in chosen.unable[:20])


def filled(fields: tuple[Field, ...], said: Mapping[str, Any], now: datetime) -> forms.ActForm:
    """Return the desk's form filled in with what a request says; what it leaves out has its usual value.

    Raises:
        Problem: 422, a field is unknown, missing or wrong; each is named.
    """
    names = {one.name for one in fields}
    unknown = {name: [_("没有这个字段。")] for name in said if name not in names}
    data = QueryDict(mutable=True)
    for key, field in forms.form_of(fields, None, now).fields.items():  # what the desk's form has filled in already
        if field.initial not in (None, "", []) and key.removeprefix(forms.PREFIX) not in said:
            data[key] = str(field.initial)
    for name, value in said.items():
        if isinstance(value, list):
            data.setlist(forms.PREFIX + name, [str(one) for one in value])
        elif value is not None and value is not False:
            data[forms.PREFIX + name] = "on" if value is True else str(value)
    form = forms.form_of(fields, data, now)
    wrong = {} if form.is_valid() else {
        name.removeprefix(forms.PREFIX): [str(one) for one in told] for name, told in form.errors.items()
    }  # fmt: skip
    if unknown or wrong:
        raise Problem(422, "wrong_fields", _("内容有误：%(what)s。") % {"what": ", ".join({**wrong, **unknown})},
                      {**wrong, **unknown})  # fmt: skip
    return form


@router.post("/kinds/{kind}/duties", response={200: OpenedOut, **REFUSED}, url_name="api-open", summary="Open a duty")
def open_(request: HttpRequest, kind: str, said: OpenIn) -> Any:
    """Open a duty by hand, as the desk's form does. Sent twice it opens two, where a subject may owe several."""
    work, now = kind_of(request, kind), clock.now()
    step = work.opening
    if step is None:
        raise Problem(404, "no_act", _("没有这个操作。"))
    who = opening.about(work, said.subject, request.ranges)
    if who is None:
        raise Problem(404, "no_subject", _("您的区域内没有这个编码。"))
    need(request, work.opener, who.area)
    form = filled(step.fields, said.fields, now)
    by = ActRequest(step.name, request.user.get_username(), now, may=request.may)
    try:
        campaign, subject, occasion = opening.open_(
            work, step, who, form.said, by, request.user.pk, request.ranges
        )  # fmt: skip
    except Refusal as refusal:
        raise Problem(409, "cannot", str(refusal)) from None
    live.forget()
    return OpenedOut(campaign=campaign, subject=subject, occasion=occasion)
