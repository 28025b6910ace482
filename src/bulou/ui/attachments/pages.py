"""Photos at the desk: one of them, adding some to something, taking one away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bulou.ledger import clock
from bulou.ui.attachments import actions, store
from bulou.ui.attachments.about import key_of
from bulou.ui.attachments.actions import Refusal
from bulou.ui.attachments.models import Photo


def _photo(number: int) -> Photo:
    found = Photo.objects.filter(pk=number).first() if number < 2**53 else None
    if found is None:
        raise Http404
    return found


@require_safe
def show(request: HttpRequest, photo: int) -> HttpResponse:
    """One photo as a picture; the look is on record."""
    one, small = _photo(photo), request.GET.get("small") == "1"
    content = None if one.removed_at else store.read(one.digest, small)
    if content is None:
        raise Http404
    actions.look(one.pk, request.user.get_username(), clock.now())
    answer = HttpResponse(content, content_type="image/jpeg")
    answer["Content-Disposition"] = "inline"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Add photos to something; what is no photo is named, and the rest is taken."""
    about = request.POST.get("about", "")
    named = key_of(about)
    area = named and named[0].area_of(named[1])
    if not named or not area:
        raise Http404
    kind, key = named
    if not any(request.may(one, area) for one in kind.abilities):
        messages.error(request, _("您的角色不能在这里添加照片。"), extra_tags="danger")
        return redirect(kind.page_of(key))
    files = request.FILES.getlist("photos")
    taken, wrong = actions.add(files, area, about, request.user.get_username(), clock.now())
    tell(request, len(taken), wrong)
    if not files:
        messages.error(request, _("请先选择照片。"), extra_tags="danger")
    return redirect(kind.page_of(key))


def tell(request: HttpRequest, taken: int, wrong: list[str]) -> None:
    """Say how many photos were taken and what was none."""
    if taken:
        messages.success(request, _("已添加%(n)s张照片。") % {"n": taken})
    for sentence in wrong:
        messages.error(request, sentence, extra_tags="danger")


@require_POST
def remove(request: HttpRequest, photo: int) -> HttpResponse:
    """Take a photo away, with a reason."""
    one = _photo(photo)
    named = key_of(one.about)
    if not named:
        raise Http404
    kind, key = named
    who = request.user.get_username()
    try:
        actions.remove(one, request.POST.get("why", ""), who, request.may, kind.abilities, clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal), extra_tags="danger")
    else:
        messages.success(request, _("照片已删除，删除记录保留。"))
    return redirect(kind.page_of(key))


def of(about: str) -> list[Photo]:
    """Return the photos of something, the earliest first, with those that were taken away."""
    return list(Photo.objects.filter(about=about).order_by("at", "pk"))


def block(request: Any, about: str, area: int) -> str:
    """Draw the photos of something with the form that adds more, as a part of its page."""
    named = key_of(about)
    mine = bool(named) and any(request.may(one, area) for one in named[0].abilities)
    found = of(about)
    return render_to_string("attachments/_photos.html", {
        "photos": [one for one in found if one.removed_at is None], "mine": mine, "about": about,
        "removed": [one for one in found if one.removed_at is not None],
    }, request)  # fmt: skip
