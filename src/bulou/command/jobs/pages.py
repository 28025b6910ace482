"""The page of long work, and what is done there: taken up again, cancelled, taken back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bulou.command.jobs import reads, undoing
from bulou.command.jobs.reads import IMPORT, LINKAGE, OPENING, Job
from bulou.command.linkage import actions as linkage
from bulou.command.linkage.models import Run
from bulou.command.uploads import actions as uploads
from bulou.command.uploads.actions import sentence
from bulou.command.uploads.models import RUNNING, Upload
from bulou.ledger import clock
from bulou.rounds.opening import actions as opening
from bulou.rounds.opening.models import Draft
from bulou.ui import entitled
from bulou.ui.figures import names
from bulou.ui.live import fragments as live

#: What each kind of work asks of whoever touches it, besides seeing the page.
NEEDS = {IMPORT: "roster", LINKAGE: "decide", OPENING: "rounds"}
REFUSALS = (uploads.Refusal, linkage.Refusal, opening.Refusal, undoing.Refusal, entitled.NotEntitled)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Long work by time: what, who, when, how far, what came of it, and what can be done."""
    found = reads.jobs(request.ranges, clock.now())
    shown = [
        {"job": one, "acts": one.acts if _may(request, one) else (), "why": sentence(one.why) if one.why else ""}
        for one in found
    ]
    context = {
        "jobs": shown, "places": names({one.area for one in found if one.area}),
        "running": sum(one.running for one in found), "stuck": sum(one.state == "stuck" for one in found),
    }  # fmt: skip
    template = "jobs/_list.html" if live.is_live(request) else "jobs/page.html"
    return TemplateResponse(request, template, context)


def _may(request: HttpRequest, one: Job) -> bool:
    need = NEEDS.get(one.kind, "")
    return bool(need) and request.who.may(need)


@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Do one thing to one job; where it takes back what was imported or merged, ask first."""
    now, user = clock.now(), request.user.get_username()
    key, what = request.POST.get("job", ""), request.POST.get("act", "")
    one = next((job for job in reads.jobs(request.ranges, now) if job.key == key), None)
    if one is None or not _may(request, one):
        raise Http404
    if what not in one.acts:
        messages.error(request, _("这项工作已经变化，请看现在的状态。"), extra_tags="danger")
        return redirect("jobs")
    if what == "undo" and not request.POST.get("sure"):
        context = {"job": one, "places": names({one.area} - {0})}
        return TemplateResponse(request, "jobs/confirm.html", context)
    try:
        messages.success(request, _done(request, one, what, user))
    except REFUSALS as refusal:
        messages.error(request, str(refusal), extra_tags="danger")
    live.forget()
    return redirect("jobs")


def _done(request: HttpRequest, one: Job, what: str, user: str) -> str:
    now = clock.now()
    if one.kind == IMPORT:
        upload = Upload.objects.get(pk=one.number)
        if what == "cancel":
            uploads.cancel(upload, user, now)
            return _("已要求取消：正在写入的一批写完后停止。")
        if what == "undo":
            undoing.ask(upload, user, now)
            return _("正在撤销：%(name)s。") % {"name": upload.file_name}
        (uploads.go_on if upload.state == RUNNING else uploads.start)(upload, now)
        return _("已继续：%(name)s。") % {"name": upload.file_name}
    if one.kind == LINKAGE:
        run = Run.objects.get(pk=one.number)
        if what == "cancel":
            linkage.cancel(run, user, now)
            return _("已要求取消：这一步做完后停止。")
        n = linkage.undo(run, user, now)
        return _("已撤销：%(n)s条记录恢复为各自的人。") % {"n": f"{n:,}"}
    draft = Draft.objects.get(pk=one.number)
    opening.go_on(draft, request.may, now)
    return _("已继续：%(name)s。") % {"name": draft.name}
