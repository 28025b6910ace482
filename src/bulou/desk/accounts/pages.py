"""The pages of users, for those who give roles within their own areas."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bulou.desk.abilities import ROLES
from bulou.desk.accounts import actions, reads, told
from bulou.desk.accounts.rules import LASTS, LONGEST, area_of, may_give, roles_to_give
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ui.export import files
from bulou.ui.export.workbook import local
from bulou.ui.figures import names
from bulou.ui.templatetags.naming import place
from bulou.ui.words import said


@require_http_methods(["GET", "HEAD", "POST"])
def users(request: HttpRequest) -> HttpResponse:
    """All users within the reader's areas, and a form to add one."""
    now = datetime.now(UTC)
    if request.method == "POST":
        return _add(request, now)
    part, after = request.GET.get("q", "")[:150], request.GET.get("after", "")[:150]
    if files.wanted(request, "users"):
        return files.answer(request, _sheet(request, part.replace("\0", ""), now), request.areas[0])
    found = reads.users(request.who, now, part.replace("\0", ""), after.replace("\0", ""))
    shown = found[: reads.PAGE]
    context = {
        **_form(request, now), "accounts": shown, "more": shown[-1].name if len(found) > reads.PAGE else None,
        "part": part, "after": after, **_told(request, shown),
    }  # fmt: skip
    return TemplateResponse(request, "accounts/users.html", context)


def _sheet(request: HttpRequest, part: str, now: datetime) -> files.Sheet:
    """Every user of the administrator's areas, a row for each role that lasts."""
    shown = list(reads.all_users(request.who, now, part))
    places = names(_areas(shown))
    lines = [
        [one.name, said(given.role) if given else "", ", ".join(place(a, places.get(a)) for a in given.areas) if given
         else "", local(given.until) if given else "", _("已启用") if one.second else "", local(one.last_seen),
         _("已停用") if not one.is_active else _("已锁定") if one.locked else ""]
        for one in shown for given in (one.lasting or [None])
    ]  # fmt: skip
    head = [_("用户"), _("角色"), _("区域"), _("有效至"), _("两步验证"), _("最近登录"), _("状态")]
    return files.Sheet("users.xlsx", "", _("用户与权限"), head, lines)


@require_safe
def user(request: HttpRequest, user: int) -> HttpResponse:
    """One user: his roles, what was changed, and what can be done."""
    now = datetime.now(UTC)
    return _page(request, _account(request, user, now), now)


@require_POST
def act(request: HttpRequest, user: int) -> HttpResponse:
    """One change of an account; the one-time link is shown by the answer itself and nowhere again."""
    now = datetime.now(UTC)
    account = _account(request, user, now)
    known, by = User.objects.get(pk=account.id), request.user.get_username()
    what, reason = request.POST.get("act", ""), request.POST.get("reason", "")
    try:
        if what == "give":
            actions.check_own(request.who, by, account)
            _give(request, known, now)
        elif what == "end":
            number = request.POST.get("grant", "")
            given = next((one for one in account.given if str(one.id) == number), None)
            actions.check_end(request.who, by, account, given)
            assert given is not None
            actions.end(known, given.id, by, reason, now)
        elif what in ("password", "unlock", "second"):
            actions.check_own(request.who, by, account)
            if what == "password":
                return _page(request, account, now, link=actions.renew_password(known, by, now))
            (actions.lift_lock if what == "unlock" else actions.remove_second)(known, by, now)
        else:
            raise actions.Refusal(_("没有此操作。"))
    except actions.Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已办理，并已留痕。"))
    return redirect("user", account.id)


def _add(request: HttpRequest, now: datetime) -> HttpResponse:
    by = request.user.get_username()
    try:
        _check(request, now)
        known = actions.add(request.POST.get("name", ""))
        _give(request, known, now)
        link = actions.renew_password(known, by, now)
    except actions.Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("users")
    return _page(request, _account(request, known.pk, now), now, link=link)


def _chosen(request: HttpRequest) -> tuple[str, list[int], datetime | None, str]:
    """Return the role, areas, end and reason of a form; what cannot be read is missing."""
    try:
        areas = [area_of(text) for text in request.POST.getlist("area") if text]
        areas += [area_of(text) for text in request.POST.get("path", "").replace("，", ",").split(",") if text.strip()]
    except ValueError:
        areas = []
    try:
        day = parse_date(request.POST.get("until", ""))
    except ValueError:
        day = None
    until = datetime.combine(day, time.max, timezone.get_current_timezone()) if day and day.year < 9999 else None
    return request.POST.get("role", ""), areas, until, request.POST.get("reason", "").replace("\0", "")


def _check(request: HttpRequest, now: datetime) -> None:
    role, areas, until, reason = _chosen(request)
    actions.check_give(request.who, role, areas, until, reason, now)


def _give(request: HttpRequest, known: User, now: datetime) -> None:
    role, areas, until, reason = _chosen(request)
    actions.check_give(request.who, role, areas, until, reason, now)
    assert until is not None
    actions.give(known, role, areas, until, request.user.get_username(), reason, now)


def _account(request: HttpRequest, number: int, now: datetime) -> reads.Account:
    account = reads.user(request.who, number, now)
    if account is None:
        raise Http404
    return account


def _page(request: HttpRequest, account: reads.Account, now: datetime, link: str = "") -> HttpResponse:
    """Show one user; why a button is grey is said by the check that would refuse."""
    barred = ""
    try:
        actions.check_own(request.who, request.user.get_username(), account)
    except actions.Refusal as refusal:
        barred = str(refusal)
    if link:
        account = reads.user(request.who, account.id, now) or account
    own = account.name == request.user.get_username()
    address = request.build_absolute_uri(link) if link else ""
    context = {
        **_form(request, now), "account": account, "barred": barred, "link": address, "now": now,
        "code": mark_safe(segno.make(address, error="m").svg_inline(scale=4, border=2, light="#fff")) if link else "",
        "given": [(one, not own and one.lasts and may_give(one.name, one.areas, request.who)) for one in account.given],
        **_told(request, [account], account.name),
    }  # fmt: skip
    return TemplateResponse(request, "accounts/user.html", context)


def _form(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """Return what the form of a role offers."""
    today = timezone.localtime(now).date()
    return {
        "roles": [ROLES[name] for name in roles_to_give(request.who)],
        "areas": reads.areas_offered(request.who),
        "whole": 0 in request.who.areas("users"),
        "first_day": today + timedelta(days=1), "usual_day": today + LASTS, "last_day": today + LONGEST,
    }  # fmt: skip


def _told(request: HttpRequest, accounts: list[reads.Account], name: str = "") -> dict[str, Any]:
    """Return the changes, of one user or of all, and the names of the places of these and of the accounts."""
    found = [(*row[:4], told.read(row[3], row[4])) for row in reads.changes(request.who, name)]
    places = names(_areas(accounts) | {area for row in found for area in row[4].areas if area})
    changes = [
        {"at": at, "by": told.writer(by), "user": user, "what": told.what(what), "detail": detail.text(places)}
        for at, by, user, what, detail in found
    ]
    return {"changes": changes, "places": places}


def _areas(accounts: list[reads.Account]) -> set[int]:
    return {area for account in accounts for one in account.given for area in one.areas if area}


def note_own(request: HttpRequest, what: str, known: User | None = None) -> None:
    """Record what a user changed on his own account, wherever he works."""
    user = known or request.user
    with scoped(EVERYWHERE):
        actions.note(user.get_username(), user, what, "", datetime.now(UTC))
