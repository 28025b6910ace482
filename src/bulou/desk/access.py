"""The way from a request to the rows that its user may see: who he is, which page, which areas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse, TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from bulou.desk.abilities import (
    GUARDED,
    LANDINGS,
    NUMBERS_READ,
    PAGES,
    PUBLIC,
    QUALIFIERS,
    ROLES,
    SIGNED_IN,
    roles_with,
)
from bulou.desk.accounts import reads, sessions
from bulou.desk.accounts.rules import Principal
from bulou.ledger.areas import span
from bulou.ledger.scope import Ranges, scoped
from bulou.ui.identity_text import holds_identity, tails

#: What somebody may open who still owes the second step, and who must first set one up.
OWING = {"sign-in-code", "sign-out"}
SETTING_UP = {"account", "account-second", "sign-out"}


def areas_of(user_id: int) -> tuple[int, ...]:
    """Return the areas a user works for now; none when nobody gave him any."""
    return reads.who(user_id, datetime.now(UTC)).areas(SIGNED_IN)


def ranges_of(areas: tuple[int, ...]) -> Ranges:
    """Return the inclusive id ranges of the areas' subtrees."""
    return tuple(span(area) for area in areas)


def abilities(request: HttpRequest) -> dict[str, Any]:
    """Context processor: what the reader may do on this page, to grey or to hide; the desks by their roles."""
    return {"abilities": getattr(request, "abilities", frozenset()), "desks": ROLES}


class AreaScope:
    """Middleware: a signed-in user's page is one of his role's, and runs in one transaction that sees his areas.

    The page finds in ``request.areas`` and ``request.ranges`` the areas of those roles that open it, in
    ``request.abilities`` what its user may do there, in ``request.who`` all his roles; ``request.may(ability, area)``
    tells whether he may do something in one area, which whatever is written asks. Its template is rendered
    inside the transaction, so that no row can be read outside the scope. No page can forget it; those open to
    everyone (``login_not_required``) see no row at all.

    Accounts live in real time, also while an exercise has a clock of its own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def read(self, user: AbstractBaseUser | AnonymousUser, now: datetime) -> Principal:
        """Return a user's roles; they came with him, unless he signed in with this very request."""
        return getattr(user, "who", None) or reads.who(user.pk, now)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Sequence[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Run the page inside its scope; an error within undoes what it wrote."""
        if not getattr(view, "login_required", True):
            return None
        now = datetime.now(UTC)
        request.who = who = self.read(request.user, now)
        request.may = who.reaches
        turned = _turned_away(request, who, now)
        request.lasts = sessions.lasts(request, who, now) if turned is None else 0.0
        response = turned or _scoped(request, who, view, args, kwargs)
        response.setdefault("Cache-Control", "private, no-store")
        return response


def page_of(request: HttpRequest) -> str:
    """Return the name by which ``PAGES`` knows the page of a request."""
    assert request.resolver_match is not None
    return request.resolver_match.url_name or request.resolver_match.route


def _turned_away(request: HttpRequest, who: Principal, now: datetime) -> HttpResponse | None:
    """Return the answer to somebody who must sign in again, owes a second step, or has no role for this page."""
    page = page_of(request)
    if sessions.over(request, who, now):
        logout(request)
        return redirect_to_login(request.get_full_path())
    if settings.TOTP != "off" and page not in OWING:
        if who.second is not None and request.session.get(sessions.SECOND) != who.second:
            return redirect(reverse("sign-in-code") + "?" + urlencode({"next": request.get_full_path()}))
        if settings.TOTP == "required" and who.second is None and GUARDED & who.held and page not in SETTING_UP:
            return redirect("account-second")
    need = PAGES.get(page, "")
    if need == PUBLIC or who.may(need) or (page == "home" and not who.grants):
        return None
    if page in ("home", "now") and request.method in ("GET", "HEAD"):
        return redirect(landing(who))
    return refused(request, who, need)


def _scoped(
    request: HttpRequest, who: Principal, view: Callable[..., HttpResponse], args: Sequence[Any], kwargs: dict[str, Any]
) -> HttpResponse:
    need = PAGES.get(page_of(request), "")
    request.areas = who.areas(need)
    request.ranges = ranges_of(request.areas)
    request.abilities = who.abilities(need, QUALIFIERS)
    if (numbers := _numbers(request)) is not None:
        return numbers
    held = getattr(view, "held", lambda _: None)(request)  # a live part that is known needs no look at the database
    if held is not None:
        return held
    with scoped(request.ranges):
        response = view(request, *args, **kwargs)
        if isinstance(response, SimpleTemplateResponse):
            response.render()
    return response


def _numbers(request: HttpRequest) -> HttpResponse | None:
    """Return the answer to a form or an address with a whole identity number in it: neither kept nor repeated.

    Of a search the four last characters are enough; the address goes on with them.
    """
    if request.method == "POST":
        read = NUMBERS_READ.get(page_of(request), set[str]())
        given = (value for name, values in request.POST.lists() if name not in read for value in values)
        if any(holds_identity(value) for value in given):
            return TemplateResponse(request, "desk/number.html", status=422).render()
        return None
    if not any(holds_identity(value) for _name, values in request.GET.lists() for value in values):
        return None
    query = request.GET.copy()
    for name, values in query.lists():
        query.setlist(name, [tails(value) for value in values])
    return redirect(f"{request.path}?{query.urlencode()}")


def landing(who: Principal) -> str:
    """Return the address of the first page that a user may open; without a role the one that says so."""
    for name in LANDINGS if who.grants else ("home",):
        try:
            url = reverse(name)
        except NoReverseMatch:  # its room has not landed
            continue
        if not who.grants or who.may(PAGES.get(name, "")):
            return url
    return reverse("account")


def refused(request: HttpRequest, who: Principal, need: str) -> HttpResponse:
    """Return the page that says which roles may, and whom to ask."""
    request.areas, request.ranges, request.abilities = (), (), frozenset(who.held | {SIGNED_IN})
    context = {
        "roles": roles_with(need),
        "ask": reads.administrators(who.areas(SIGNED_IN), datetime.now(UTC)),
        "way": landing(who),
    }
    return TemplateResponse(request, "accounts/refused.html", context, status=403).render()
