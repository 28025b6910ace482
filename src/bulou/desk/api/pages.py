"""The page of keys: which there are, where they count and until when; made, shown once, revoked."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bulou.desk.abilities import ABILITIES
from bulou.desk.accounts import reads
from bulou.desk.accounts.actions import Refusal
from bulou.desk.accounts.rules import area_of
from bulou.desk.api import keys, rules
from bulou.desk.api.models import Key
from bulou.ui import words
from bulou.ui.figures import names

#: Days before its end that a key is marked.
SOON = 14


@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    """The keys within the reader's areas, and the form that makes one; the new key stands in this answer alone."""
    now = datetime.now(UTC)
    if request.method != "POST":
        return _page(request, now)
    given = request.POST
    try:
        made, key = keys.make(
            request.who, request.user.get_username(), given.get("name", "").replace("\0", ""), _area(request),
            given.getlist("ability"), _end(given.get("until", "")), given.get("why", "").replace("\0", ""), now,
        )  # fmt: skip
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _page(request, now, given=given)
    return _page(request, now, made=made, key=key)


@require_POST
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """End a key at once."""
    try:
        key = keys.revoke(request.who, request.user.get_username(), number, datetime.now(UTC))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已停用“%(name)s”的密钥，立即生效，并已留痕。") % {"name": key.name})
    return redirect("api-keys")


def _area(request: HttpRequest) -> int | None:
    text = request.POST.get("path", "").strip() or request.POST.get("area", "")
    try:
        return area_of(text)
    except ValueError:
        return None


def _end(text: str) -> datetime | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return datetime.combine(day, time.max, timezone.get_current_timezone()) if day and day.year < 9999 else None


def _page(
    request: HttpRequest, now: datetime, made: Key | None = None, key: str = "", given: Any = None
) -> HttpResponse:
    found, today = keys.listed(), timezone.localdate()
    own = request.who.areas("users")
    abilities = sorted({one for area in own for one in keys.offered(request.who, area)}, key=[*ABILITIES].index)
    rows = [
        (one, [words.of(ABILITIES, name) for name in one.abilities], *_state(one, now), one.revoked_at is None)
        for one in found
    ]  # fmt: skip
    return TemplateResponse(
        request, "api/keys.html", {
            "rows": rows, "places": names(_known([one.area for one in found])), "made": made, "key": key,
            "offered": [(name, words.of(ABILITIES, name)) for name in abilities], "given": given or {},
            "ticked": given.getlist("ability") if given else [], "areas": reads.areas_offered(request.who),
            "whole": 0 in own, "first_day": today + timezone.timedelta(days=1),
            "last_day": today + rules.LONGEST, "usual_day": today + rules.LASTS,
            "base": request.build_absolute_uri("/api/"),
        },
    )  # fmt: skip


def _known(areas: list[int]) -> list[int]:
    from bulou.ledger.areas import ancestor, level

    return [ancestor(area, depth) for area in areas if area for depth in range(1, level(area) + 1)]


def _state(one: Key, now: datetime) -> tuple[str, str]:
    """Return how a key stands, and its tone."""
    if one.revoked_at is not None:
        return _("已停用"), "plain"
    if one.until <= now:
        return _("已到期"), "bad"
    if (one.until - now).days < SOON:
        return _("即将到期"), "warn"
    return _("可用"), "good"
