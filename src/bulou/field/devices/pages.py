"""The page of devices: how each is; and taking a lost one out of service, which asks first and can be taken back."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bulou.field.devices import health, reads, service
from bulou.ledger import clock
from bulou.ui import forms
from bulou.ui.live import fragments as live


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """All devices of the reader's scope, the worst first."""
    now, start = clock.now(), forms.number(request.GET.get("from", ""))
    found, total = reads.devices(request.ranges, now, start=start)
    size = round(reads.database_size() / 2**20)
    state = health.health()
    return TemplateResponse(
        request, "devices/page.html", {
            "glance": reads.glance(found),
            "now": now, "devices": found, "total": total, "database_mb": size, "health": state,
            "free_gb": round(state.disk_free / 2**30), "disk_gb": round(state.disk_total / 2**30),
            "backup_old": state.backup_old(datetime.now(UTC)),  # a file's time is the real one, in an exercise as well
            "done": service.recent(request.user.get_username(), now), "start": start,
            "next": start + reads.LIMIT if start + len(found) < total else 0,
        },
    )  # fmt: skip


def revoke(request: HttpRequest, journal: int) -> HttpResponse:
    """Ask about, and take, a lost device out of service; what it reported stays."""
    return _serve(request, journal, service.REVOKED)


def reinstate(request: HttpRequest, journal: int) -> HttpResponse:
    """Ask about, and let, a device that was found or revoked by mistake send again."""
    return _serve(request, journal, service.REINSTATED)


def _serve(request: HttpRequest, journal: int, act: str) -> HttpResponse:
    now = clock.now()
    own = next(iter(service.own([journal] if journal < 2**53 else [], request.ranges, now)), None)
    if own is None:
        raise Http404
    if request.method == "POST" and request.POST.get("sure") and own.can(act):
        service.serve(act, [journal], request.user.get_username(), request.POST.get("why", ""), request.ranges, now)
        live.forget()
        messages.success(
            request,
            (_("设备“%(name)s”已停用，已上报的内容保留。") if act == service.REVOKED
             else _("设备“%(name)s”已恢复使用。")) % {"name": own.name},
        )  # fmt: skip
        return redirect("devices")
    (device,), _total = reads.devices(request.ranges, now, wanted=journal)
    return TemplateResponse(
        request, "devices/confirm.html", {"d": device, "act": act, "can": own.can(act), "told": reads.told(journal)}
    )


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take one act on devices back as a whole."""
    n = service.undo(request.POST.get("done", ""), request.user.get_username(), request.ranges, clock.now())
    if n:
        live.forget()
        messages.success(request, _("已撤销：%(n)s台设备。") % {"n": n})
    else:
        messages.error(request, _("这次操作已经撤销，或不能在这里撤销。"))
    return redirect("devices")
