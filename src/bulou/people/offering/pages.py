"""An offer is read back before it is made, with whom it is about and to whom; and it can be withdrawn."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bulou.ledger import clock
from bulou.ledger.areas import ancestor
from bulou.people.offering import actions
from bulou.ui import entitled, forms
from bulou.ui.areas import receivers
from bulou.ui.figures import names
from bulou.ui.live import fragments as live


@require_POST
def offer(request: HttpRequest) -> HttpResponse:
    """Ask whether the chosen duties are to be offered; sent again with ``sure``, offer them. A refused form comes back
    with all that was chosen and written.
    """
    form, now, back = request.POST, clock.now(), _back(request)
    to_area, reason = forms.number(form.get("to_area", "")), form.get("reason", "")[: actions.LONGEST]
    try:
        chosen = actions.duties(form.getlist("duty"))
    except actions.Refusal as refusal:
        messages.error(request, str(refusal), extra_tags="danger")
        return redirect(back)
    wrong, receiver = "", None
    try:
        if form.get("sure"):
            user = request.user.pk, request.user.get_username()
            n = actions.offer(chosen, to_area, reason, user, request.ranges, request.may, now)
            live.forget()
            messages.success(
                request, _("已提出移交：%(n)s人，等对方接受；接受之前仍由本区域负责，可以撤回。") % {"n": n}
            )
            return redirect(back)
        receiver = actions.check(chosen, to_area, reason)
    except (actions.Refusal, entitled.NotEntitled) as error:
        wrong = str(error)
    nodes = {node for one in chosen for node in (one.owed.area, one.owed.elsewhere) if node}
    context = {
        "chosen": chosen, "receivers": receivers([*request.areas]), "wrong": wrong, "receiver": receiver, "back": back,
        "given": {"to_area": to_area, "reason": reason}, "longest": actions.LONGEST,
        "places": names({ancestor(node, depth) for node in nodes for depth in range(1, 6)}),
    }  # fmt: skip
    return TemplateResponse(request, "offering/confirm.html", context)


@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """Withdraw an offer; the duty never left the area."""
    user = request.user.pk, request.user.get_username()
    try:
        n = actions.withdraw(request.POST.get("duty", ""), user, request.ranges, request.may, clock.now())
    except (actions.Refusal, entitled.NotEntitled) as error:
        messages.error(request, str(error), extra_tags="danger")
    else:
        live.forget()
        messages.success(request, _("已撤回移交：%(n)s人。") % {"n": n})
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    """Return the page that a form came from, as far as it is one of ours."""
    back = request.POST.get("back", "")[:500]
    return back if back.startswith("/") and url_has_allowed_host_and_scheme(back, None) else reverse("people")
