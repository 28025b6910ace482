"""The page of who answers for what: the list, the form that changes one of them, the question before one is removed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from bulou.command.worklist import owners
from bulou.command.worklist.models import Owner
from bulou.ui import forms
from bulou.ui.live import fragments as live


def page(request: HttpRequest) -> HttpResponse:
    """The owners of the reader's areas, and the form that registers, changes or removes one of them."""
    form, wrong = request.POST, ""
    found = owners.owners(request.ranges)
    if request.method == "POST":
        if form.get("remove", "").isdecimal():
            leaving = next((owner for owner in found if owner.pk == forms.number(form["remove"])), None)
            if leaving is None:
                raise Http404
            if not form.get("sure"):
                names = {id_: name for id_, _depth, name in owners.areas(request.ranges)}
                return TemplateResponse(request, "now/owner_remove.html", {"owner": leaving, "names": names})
            owners.remove(leaving.pk, request.ranges)
            live.forget()
            messages.success(request, _("已删除。如需恢复，核对下面的内容后按“保存”。"))
            fields = {name: getattr(leaving, name) for name in owners.Given.__dataclass_fields__}
            return _shown(request, owners.owners(request.ranges), fields, "")
        try:
            owners.keep(owners.Given.read(form, request.ranges))
        except owners.Wrong as error:
            wrong = str(error)
        else:
            live.forget()
            messages.success(request, _("已保存。"))
            return redirect("now-owners")
    chosen = next((owner for owner in found if str(owner.pk) == request.GET.get("edit")), None)
    fields = {name: getattr(chosen, name) if chosen else "" for name in owners.Given.__dataclass_fields__}
    return _shown(request, found, fields | {name: form[name] for name in fields if name in form}, wrong)


def _shown(request: HttpRequest, found: list[Owner], given: dict[str, Any], wrong: str) -> HttpResponse:
    """Return the page with these fields in its form."""
    areas = owners.areas(request.ranges)
    # A code for each absence would tell the whole street who is ill; the list shows it where it matters, by the deputy.
    return TemplateResponse(
        request, "now/owners.html", {
            "owners": found, "areas": areas, "desks": owners.DESKS, "given": given,
            "wrong": wrong,            "names": {id_: name for id_, _depth, name in areas},
        },
    )  # fmt: skip
