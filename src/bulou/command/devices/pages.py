"""The page of devices: how each is, and taking a lost one out of service."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bulou.command.devices import health, reads
from bulou.ledger import clock, journals


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """All devices of the reader's scope, the worst first."""
    now = clock.now()
    found, total = reads.devices(request.ranges, now)
    size = round(reads.database_size() / 2**20)
    state = health.health()
    return TemplateResponse(
        request, "devices/page.html", {
            "now": now, "devices": found, "total": total, "database_mb": size, "health": state,
            "free_gb": round(state.disk_free / 2**30), "disk_gb": round(state.disk_total / 2**30),
            "backup_old": state.backup_old(datetime.now(UTC)),  # a file's time is the real one, in an exercise as well
        },
    )  # fmt: skip


@require_POST
def revoke(request: HttpRequest, journal: int) -> HttpResponse:
    """Take a lost device out of service; what it reported stays."""
    if not reads.is_own(journal, request.ranges):
        raise Http404
    journals.revoke(journal, clock.now())
    messages.success(request, _("设备已停用，已上报的内容保留。"))
    return redirect("devices")
