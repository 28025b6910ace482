"""The desk's pages of enrolment: a code for one device, a card for the volunteers of the day, what stands, what is
withdrawn. A token is shown by the answer that made it and nowhere again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bulou.command import entitled, forms
from bulou.command.devices import service
from bulou.command.reads import names
from bulou.command.templatetags.command import SPOT, spot
from bulou.field import actions
from bulou.field.enrolling import reads
from bulou.field.enrolling.card import Card, render
from bulou.field.enrolling.rules import USUAL, shift_end
from bulou.field.enrolling.wanted import Wanted, Wrong
from bulou.field.roles import KINDS, ROLES, TASKS
from bulou.ledger import clock, journals
from bulou.ledger.areas import ancestor, is_area, span
from bulou.ledger.scope import covers, multirange


@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """The form and what stands; after it was sent the code, once."""
    now, form, wrong = clock.now(), request.POST, ""
    if request.method == "POST":
        try:
            wanted = Wanted.read(form, request.ranges, request.may, now)
        except Wrong as error:
            wrong = str(error)
        else:
            token = actions.offer_enrolment(
                wanted.name, wanted.kind, wanted.ranges, wanted.until, request.user.get_username(), now,
                role=wanted.role, admits=wanted.admits,
            )  # fmt: skip
            return _issued(request, token, now)
    under = _under(request)
    found = reads.choices(request.areas, under)
    offers = reads.offers(request.ranges, now)
    given = {
        "what": "one", "kind": "phone", "role": next(iter(ROLES)), "name": "", "admits": USUAL,
        "until": shift_end(timezone.localtime(now)).strftime(forms.TIME),
    }  # fmt: skip
    ticked = {int(text) for text in form.getlist("area") if text.isdecimal()}
    context = {
        "now": now, "wrong": wrong, "given": given | {name: form[name] for name in given if name in form},
        "under": under, "way": [one for one in found if not one.child], "below": [one for one in found if one.child],
        "ticked": ticked or ({under} if under else {*request.areas} if len(request.areas) == 1 else set()),
        "offers": offers, "places": names(_nodes(area for row in offers for area in row["areas"])),
        "roles": [(role, [TASKS[name] for name in role.tasks]) for role in ROLES.values()],
        "kinds": [(kind, kind_name(kind)) for kind in KINDS if request.who.may(entitled.DEVICES[kind])],
    }  # fmt: skip
    return TemplateResponse(request, "enrolling/enrol.html", context)


@require_POST
def card(request: HttpRequest) -> HttpResponse:
    """The code of an offer as a page to print; whoever asks has the token that the answer before showed."""
    token, now = request.POST.get("token", ""), clock.now()
    offer = reads.offer(journals.hashed(token), request.ranges, now)
    if offer is None:
        raise Http404
    pdf = render(Card(
        offer["name"], offer["role"], "、".join(_places(offer["areas"])),
        timezone.localtime(offer["usable_until"]).strftime("%Y-%m-%d %H:%M"), offer["admits"],
        actions.enrolment_url(token, origin(request)), settings.TRUST_URL,
    ))  # fmt: skip
    headers = {"Content-Disposition": content_disposition_header(False, "card.pdf")}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """End an offer or a card; where it is ticked, the devices that came with it too, which is asked about first."""
    try:
        token_hash = bytes.fromhex(request.POST.get("offer", ""))
    except ValueError:
        raise Http404 from None
    now = clock.now()
    came = [row["journal"] for row in reads.rows("admitted", token_hash=token_hash)]
    both = bool(request.POST.get("devices"))
    if both and came and not request.POST.get("sure"):
        own = service.own(came, request.ranges, now)
        going = [device for device in own if device.can(service.REVOKED)]
        if not own:
            raise Http404
        return TemplateResponse(request, "enrolling/withdraw.html", {"offer": token_hash.hex(), "going": going})
    with connection.cursor() as cursor:
        values = {"token_hash": token_hash, "at": now, "scope": multirange(request.ranges)}
        cursor.execute(reads.SQL["withdraw"], values)
        if not cursor.rowcount:
            raise Http404
    if both:
        n = service.serve(service.REVOKED, came, request.user.get_username(), "", request.ranges, now)
        messages.success(request, _("已收回；用它登记的 %(n)s 台设备已停用，已上报的内容保留。") % {"n": n})
        return redirect("devices")
    messages.success(request, _("已收回；之前用它登记的设备照常使用。"))
    return redirect("device-enrol")


def kind_name(kind: str) -> str:
    """Write a kind of device."""
    return {"phone": _("手机"), "courier": _("转运员设备"), "laboratory": _("实验室设备")}[kind]


def origin(request: HttpRequest) -> str:
    """Return the address that devices use."""
    return settings.PUBLIC_URL or request.build_absolute_uri("/")


def _issued(request: HttpRequest, token: str, now: Any) -> HttpResponse:
    offer = reads.offer(journals.hashed(token), request.ranges, now)
    assert offer is not None
    context = {
        "offer": offer, "token": token, "url": actions.enrolment_url(token, origin(request)),
        "code": mark_safe(actions.enrolment_code(token, origin(request))), "places": _places(offer["areas"]),
        "role": ROLES.get(offer["role"]), "kind": kind_name(offer["kind"]), "trust": settings.TRUST_URL,
    }  # fmt: skip
    return TemplateResponse(request, "enrolling/issued.html", context)


def _places(areas: list[int]) -> list[str]:
    known = names(_nodes(areas))
    return [spot(known, area, 0) for area in areas]


def _nodes(areas: Iterable[int]) -> set[int]:
    return {node for area in areas for node in (area, *(ancestor(area, depth) for depth in SPOT))} - {0}


def _under(request: HttpRequest) -> int:
    """Return the chosen node where it lies within the reader's areas, else 0."""
    text = request.GET.get("under", "") or request.POST.get("under", "")
    area = int(text) if text.isascii() and text.isdecimal() and len(text) < 17 else 0
    return area if is_area(area) and all(covers(request.ranges, end) for end in span(area)) else 0
