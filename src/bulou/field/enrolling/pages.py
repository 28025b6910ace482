"""The desk's pages of enrolment: a code for one device, a card for the volunteers of the day, what stands, what is
withdrawn. A token is shown by the answer that made it and nowhere again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bulou.field import actions
from bulou.field.devices import service
from bulou.field.enrolling import reads
from bulou.field.enrolling.card import Card, render, render_many
from bulou.field.enrolling.rules import USUAL, shift_end
from bulou.field.enrolling.wanted import MOST_NAMES, Wanted, Wrong
from bulou.field.roles import KINDS, ROLES, TASKS
from bulou.ledger import clock, journals
from bulou.ledger.areas import ancestor, is_area, span
from bulou.ledger.scope import covers, multirange
from bulou.ui import entitled, forms
from bulou.ui.figures import names
from bulou.ui.templatetags.naming import SPOT, spot

#: Buttons that lead through the tree, or back to it: what was filled in stays.
WALKING = {"walk", "back"}
FIELDS = ("what", "name", "names", "role", "kind", "area", "until", "admits", "under", "unit")


@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """The form and what stands; what was chosen, to be confirmed; after that the code, once."""
    now, form, wrong = clock.now(), request.POST, ""
    if request.method == "POST" and not WALKING & set(form):
        try:
            wanted = Wanted.read(form, request.ranges, request.may, now)
        except Wrong as error:
            wrong = str(error)
        else:
            if form.get("act") == "ask":
                return _asked(request, wanted)
            with transaction.atomic():
                tokens = [
                    actions.offer_enrolment(
                        name, wanted.kind, wanted.ranges, wanted.until, request.user.get_username(), now,
                        role=wanted.role, admits=wanted.admits, unit=wanted.unit.id if wanted.unit else 0,
                    )
                    for name in wanted.names or (wanted.name,)
                ]  # fmt: skip
            return _issued_many(request, wanted, tokens, now) if wanted.names else _issued(request, tokens[0], now)
    under = _under(request)
    found = reads.choices(request.areas, under)
    offers = reads.offers(request.ranges, now)
    given = {
        "what": "", "names": "", "kind": "", "role": "", "name": "", "unit": "", "admits": USUAL,
        "until": shift_end(timezone.localtime(now)).strftime(forms.TIME),
    }  # fmt: skip
    ticked = {area for text in form.getlist("area") if is_area(area := forms.number(text))}
    others = sorted(area for area in ticked - {one.id for one in found} if covers(request.ranges, area))
    context = {
        "now": now, "wrong": wrong, "given": given | {name: form[name] for name in given if name in form},
        "under": under, "tree": found, "top": min((one.depth for one in found), default=1), "ticked": ticked,
        "others": others, "offers": offers,
        "places": names(_nodes([*others, *(area for row in offers for area in row["areas"])])),
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
def sheet(request: HttpRequest) -> HttpResponse:
    """The codes of many offers, eight on a page; whoever asks has the tokens that the answer before showed."""
    tokens, now = request.POST.getlist("token")[:MOST_NAMES], clock.now()
    offers = [(token, reads.offer(journals.hashed(token), request.ranges, now)) for token in tokens]
    places = _places(sorted({area for _token, offer in offers if offer for area in offer["areas"]}))
    cards = [
        Card(
            offer["name"], offer["role"], "、".join(places),
            timezone.localtime(offer["usable_until"]).strftime("%Y-%m-%d %H:%M"), offer["admits"],
            actions.enrolment_url(token, origin(request)), settings.TRUST_URL,
        )
        for token, offer in offers if offer is not None
    ]  # fmt: skip
    if not cards:
        raise Http404
    headers = {"Content-Disposition": content_disposition_header(False, "cards.pdf")}
    return HttpResponse(render_many(cards), content_type="application/pdf", headers=headers)


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
        messages.success(request, _("已作废；用它登记的%(n)s台设备已停用，已上报的内容保留。") % {"n": n})
        return redirect("devices")
    messages.success(request, _("已作废；此前用它登记的设备照常使用。"))
    return redirect("device-enrol")


def kind_name(kind: str) -> str:
    """Write a kind of device."""
    return {"phone": _("手机"), "courier": _("转运设备"), "laboratory": _("实验室设备")}[kind]


def origin(request: HttpRequest) -> str:
    """Return the address that devices use."""
    return settings.PUBLIC_URL or request.build_absolute_uri("/")


def _asked(request: HttpRequest, wanted: Wanted) -> HttpResponse:
    """Name once more what the device will be given, before there is a code."""
    context = {
        "wanted": wanted, "places": _places([*wanted.areas]), "role": ROLES.get(wanted.role),
        "kind": kind_name(wanted.kind), "under": request.POST.get("under", ""),
        "sent": [(name, value) for name, values in request.POST.lists() if name in FIELDS for value in values],
    }  # fmt: skip
    return TemplateResponse(request, "enrolling/confirm.html", context)


def _issued(request: HttpRequest, token: str, now: Any) -> HttpResponse:
    offer = reads.offer(journals.hashed(token), request.ranges, now)
    assert offer is not None
    context = {
        "offer": offer, "token": token, "url": actions.enrolment_url(token, origin(request)),
        "code": mark_safe(actions.enrolment_code(token, origin(request))), "places": _places(offer["areas"]),
        "role": ROLES.get(offer["role"]), "kind": kind_name(offer["kind"]), "trust": settings.TRUST_URL,
    }  # fmt: skip
    return TemplateResponse(request, "enrolling/issued.html", context)


def _issued_many(request: HttpRequest, wanted: Wanted, tokens: list[str], now: Any) -> HttpResponse:
    """Say how many codes there are; they are printed from this answer alone."""
    first = reads.offer(journals.hashed(tokens[0]), request.ranges, now)
    context = {
        "wanted": wanted, "tokens": tokens, "places": _places([*wanted.areas]), "kind": kind_name(wanted.kind),
        "role": ROLES.get(wanted.role), "usable_until": first["usable_until"] if first else wanted.until,
    }  # fmt: skip
    return TemplateResponse(request, "enrolling/issued_many.html", context)


def _places(areas: list[int]) -> list[str]:
    known = names(_nodes(areas))
    return [spot(known, area, 0) for area in areas]


def _nodes(areas: Iterable[int]) -> set[int]:
    return {node for area in areas for node in (area, *(ancestor(area, depth) for depth in SPOT))} - {0}


def _under(request: HttpRequest) -> int:
    """Return the chosen node where it lies within the reader's areas, else 0."""
    text = request.POST.get("walk", "") or request.POST.get("under", "") or request.GET.get("under", "")
    area = int(text) if text.isascii() and text.isdecimal() and len(text) < 17 else 0
    return area if is_area(area) and all(covers(request.ranges, end) for end in span(area)) else 0
