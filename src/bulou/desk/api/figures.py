"""Endpoints of what is seen by area: rounds with their counters, areas, units, published lists, open shops."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router

from bulou.command import published as open_data
from bulou.desk.api.door import Problem, need
from bulou.desk.api.schemas import (
    AreaOut,
    CountersOut,
    CountsOut,
    RoundOut,
    ShopOut,
    UnitOut,
    UnitsOut,
    ZoneOut,
    ZonesOut,
)
from bulou.desk.api.works import MOST, PAGE, REFUSED, area_in
from bulou.ledger import clock
from bulou.ledger.areas import level
from bulou.ledger.vocabulary import COVERED, REGISTRY, STANDING
from bulou.places import reads as places
from bulou.places import units as register
from bulou.rounds.vocabulary import MAIN_DUTY
from bulou.ui import figures
from bulou.ui.room import unit_kinds

router = Router(tags=["figures"])
#: Open to every good key: names of areas, and what is published.
NEED = "board"


@router.get("/rounds", response={200: list[RoundOut], **REFUSED}, url_name="api-rounds", summary="Rounds")
def rounds(request: HttpRequest) -> Any:
    """The rounds that touch the key's area, the current one first."""
    need(request, NEED)
    return [
        RoundOut(id=one.id, kind=one.kind, name=one.name, area=one.area, opened_at=one.opened_at,
                 closed_at=one.closed_at, plan=one.plan)
        for one in figures.campaigns(request.ranges) if one.kind not in (STANDING, COVERED)
    ]  # fmt: skip


@router.get(
    "/rounds/{campaign}/counters", response={200: CountersOut, **REFUSED}, url_name="api-counters",
    summary="Counters of a round",
)  # fmt: skip
def counters(request: HttpRequest, campaign: int, area: int = 0, kind: str = "") -> Any:
    """How the duties of a round stand in an area and directly below. ``kind``: of duty, else the main one."""
    need(request, NEED)
    found = next((one for one in figures.campaigns(request.ranges) if one.id == campaign), None)
    if found is None:
        raise Problem(404, "no_round", _("密钥的范围内没有这一轮。"))
    duty = REGISTRY.duties.get(kind or MAIN_DUTY.get(found.kind, "swab"))
    if duty is None:
        raise Problem(404, "no_kind", _("没有这种应办。"))
    read = figures.board(campaign, area_in(request, area), duty)
    return CountersOut(
        round=campaign, kind=duty.name, heard_at=read.heard_at, total=_counts(read.total),
        below=[_counts(one) for one in read.children if one.area != read.total.area],
    )  # fmt: skip


def _counts(one: figures.Counts) -> CountsOut:
    stages = zip(one.kind.stages[: one.kind.final], one.stages, strict=False)
    return CountsOut(
        area=one.area, name=one.name[0] if one.name else None, owed=one.owed, open=one.open, done=one.done,
        excused=one.excused, reassigned=one.reassigned, deferred=one.deferred, refused=one.refused,
        stages={stage.name: n for stage, n in stages},
    )  # fmt: skip


@router.get("/areas", response={200: list[AreaOut], **REFUSED}, url_name="api-areas", summary="Areas")
def areas(request: HttpRequest, under: int = 0) -> Any:
    """What lies directly below an area of the key's, else below the key's own; the area itself comes first."""
    need(request, NEED)
    top = area_in(request, under)
    below = [AreaOut(id=row["id"], name=row["name"], name_en=row.get("name_en") or "", level=level(row["id"]))
             for row in places.children(top)]  # fmt: skip
    own = places.area_names([top]) if top else {}
    return [AreaOut(id=id_, name=zh, name_en=en or "", level=level(id_)) for id_, (zh, en) in own.items()] + below


@router.get("/units", response={200: UnitsOut, **REFUSED}, url_name="api-units", summary="Register of units")
def units(request: HttpRequest, kind: str = "", area: int = 0, after: int = 0, limit: int = PAGE) -> Any:
    """The open units of an area by name. ``kind``: site, shop, gate, facility, store, vehicle ..."""
    need(request, NEED)
    known = unit_kinds()
    if (kind and kind not in known) or not 0 < limit <= MOST or not 0 <= after < 2**53:
        raise Problem(422, "wrong_filter", _("筛选条件不可用：%(what)s。") % {"what": "kind, after, limit"})
    named = {one.code: name for name, one in known.items()}
    found, more = register.listed(
        known[kind].code if kind else 0, area_in(request, area), "", "open", after, limit
    )  # fmt: skip
    return UnitsOut(
        units=[
            UnitOut(id=one.id, kind=named.get(one.kind, ""), code=one.code, name=one.name, area=one.area,
                    telephone=one.telephone, hours=one.hours, attributes=dict(one.attributes))
            for one in found
        ],
        next=more or None,
    )  # fmt: skip


@router.get("/zones", response={200: list[ZonesOut], **REFUSED}, url_name="api-zones", summary="Published zones")
def published(request: HttpRequest) -> Any:
    """Of each whole street of the key's area the list that it published last; streets that never did are left out."""
    need(request, NEED)
    return [
        ZonesOut(
            street=one.street, day=one.body.day, published_at=one.at, digest=one.digest,
            units=[ZoneOut(area=row.area, name=row.name, level=row.level, since=row.since, ends=row.ends)
                   for row in one.body.units],
            notice_zh=one.body.notice_zh, notice_en=one.body.notice_en,
        )
        for one in open_data.lists(request.ranges)
    ]  # fmt: skip


@router.get("/shops", response={200: list[ShopOut], **REFUSED}, url_name="api-shops", summary="Open shops")
def open_shops(request: HttpRequest, area: int = 0) -> Any:
    """The shops that are open now, or supply to the door alone, by stretch of street."""
    need(request, NEED)
    return [
        ShopOut(id=one.unit.id, name=one.unit.name, status=one.status.value, limited=one.status.limited,
                trade=one.trade, segment=one.segment, area=one.unit.area, telephone=one.unit.telephone,
                hours=one.unit.hours)
        for one in open_data.open_shops(area_in(request, area), clock.now())
    ]  # fmt: skip
