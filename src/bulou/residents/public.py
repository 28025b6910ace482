"""The resident's page: no account, no script. The code at the door opens the household's view; a second fact, which is
kept for a quarter of an hour, opens a person's own. Unknown, ended and misread codes get one and the same answer.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from ipaddress import ip_address, ip_network
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from bulou.ledger import clock
from bulou.ledger.scope import scoped
from bulou.notices import household as notices
from bulou.relief.requests import NEEDS
from bulou.residents import asks, cards, limits, passes, printing, reads, rules
from bulou.residents.asks import Refusal
from bulou.residents.cards import Found
from bulou.rounds.vocabulary import VALUES
from bulou.ui.words import said as word
from bulou.zones.passes.vocabulary import SORTS

COOKIE, SALT = "bulou_h", "bulou.residents.second"
#: Seconds that a second fact is good for.
LASTS = 900
#: What a page says after an act, by the word in its address.
DONE = ("asked", "joined", "permit", "contested", "solved", "again", "known", "antigen", "left", "read")
#: A form is small; more is nobody's request.
LARGEST = 20_000
Act = Callable[[HttpRequest, Found, str], HttpResponse]


def healthz(request: HttpRequest) -> HttpResponse:
    """200 "ok" when this process reaches the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


def style(request: HttpRequest) -> HttpResponse:
    """The page's one style."""
    return HttpResponse(files("bulou.residents").joinpath("page.css").read_bytes(), content_type="text/css")


def start(request: HttpRequest) -> HttpResponse:
    """A field to type the code of the card into, for whoever cannot scan it."""
    given = request.POST.get("code", "") if request.method == "POST" else ""
    if code := rules.read(given):
        return HttpResponseRedirect(_to("h-home", code, language(request)))
    return drawn(request, "start", {"wrong": bool(given)})


def nothing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The one answer for everything that is not there."""
    return drawn(request, "nothing", {}, 404)


def failed(request: HttpRequest) -> HttpResponse:
    """The answer when something broke; without the database."""
    return drawn(request, "failed", {}, 500)


def home(request: HttpRequest, code: str) -> HttpResponse:
    """The household's view, and the person's own where the second fact was given."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    return _opened(request, code, lambda request, found, code: _page(request, found, code))


def ask(request: HttpRequest, code: str) -> HttpResponse:
    """Take in a request of the household."""

    def act(request: HttpRequest, found: Found, code: str) -> HttpResponse:
        if limits.count("asks", found.digest, clock.now()):
            return _page(request, found, code, wrong=_("一小时内登记太多了：急症请拨打120，其他请打电话给居委会。"))
        try:
            joined = asks.ask(found, request.POST.dict(), clock.now())
        except Refusal as refusal:
            return _page(request, found, code, wrong=str(refusal), failed="ask")
        return _done(request, code, "joined" if joined else "asked")

    return _posted(request, code, act)


def answer(request: HttpRequest, code: str) -> HttpResponse:
    """Take the household's word on a request: it is solved, or not."""

    def act(request: HttpRequest, found: Found, code: str) -> HttpResponse:
        text, solved = request.POST.get("request", ""), request.POST.get("said") == "solved"
        try:
            asks.answer(found, int(text) if text.isascii() and text.isdecimal() else 0, solved, clock.now())
        except Refusal as refusal:
            return _page(request, found, code, wrong=str(refusal))
        return _done(request, code, "solved" if solved else "again")

    return _posted(request, code, act)


def ask_pass(request: HttpRequest, code: str) -> HttpResponse:
    """Take in that the household asks for a pass, or objects to how one was decided."""

    def act(request: HttpRequest, found: Found, code: str) -> HttpResponse:
        if limits.count("asks", found.digest, clock.now()):
            return _page(request, found, code, wrong=_("一小时内登记太多了：急症请拨打120，其他请打电话给居委会。"))
        text = request.POST.get("permit", "")
        try:
            if text:
                occasion = int(text) if text.isascii() and text.isdecimal() and len(text) < 17 else 0
                passes.contest(found, occasion, request.POST.get("why", ""), clock.now())
            else:
                passes.ask(found, request.POST.dict(), clock.now())
        except Refusal as refusal:
            return _page(request, found, code, wrong=str(refusal), failed="contest" if text else "permit")
        return _done(request, code, "contested" if text else "permit")

    return _posted(request, code, act)


def me(request: HttpRequest, code: str) -> HttpResponse:
    """Hold the second fact to the household's people; the right one opens a person's own view for a while."""

    def act(request: HttpRequest, found: Found, code: str) -> HttpResponse:
        now = clock.now()
        by_card = limits.count("fact", found.digest, now)
        if limits.count("fact_address", address_of(request), now) or by_card:
            return _page(request, found, code, wrong=_("试的次数太多：请一小时后再试，或打电话给居委会。"))
        with scoped(reads.scope(found.area)):
            person = reads.proved(found, request.POST.get("year", "")[:8], request.POST.get("tail", "")[:8])
        if person is None:
            return _page(request, found, code, wrong=_("与登记的信息不一致：请核对，或打电话给居委会。"), failed="me")
        done = _done(request, code, "known")
        value = signing.dumps({"card": found.digest.hex()[:32], "person": person}, salt=SALT)
        done.set_cookie(
            COOKIE, value, max_age=LASTS, path="/h/", httponly=True, secure=settings.SESSION_COOKIE_SECURE,
            samesite="Strict",
        )  # fmt: skip
        return done

    return _posted(request, code, act)


def antigen(request: HttpRequest, code: str) -> HttpResponse:
    """Take in an antigen test of the person who gave the second fact."""

    def act(request: HttpRequest, found: Found, code: str) -> HttpResponse:
        person = _person(request, found)
        if person is None:
            return _page(request, found, code, wrong=_("已超过15分钟：请重新核对身份。"))
        if limits.count("asks", found.digest, clock.now()):
            return _page(request, found, code, wrong=_("一小时内登记太多了：急症请拨打120，其他请打电话给居委会。"))
        try:
            asks.antigen(found, person, request.POST.get("value", ""), clock.now())
        except Refusal as refusal:
            return _page(request, found, code, wrong=str(refusal))
        return _done(request, code, "antigen")

    return _posted(request, code, act)


def read(request: HttpRequest, code: str) -> HttpResponse:
    """Take the household's word that it knows of a notice."""

    def act(request: HttpRequest, found: Found, code: str) -> HttpResponse:
        text = request.POST.get("notice", "")
        number = int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0
        with scoped(reads.scope(found.area)):
            notices.confirm(found.household, number, clock.now())
        return _done(request, code, "read")

    return _posted(request, code, act)


def leave(request: HttpRequest, code: str) -> HttpResponse:
    """Close the person's own view."""

    def act(request: HttpRequest, found: Found, code: str) -> HttpResponse:
        done = _done(request, code, "left")
        done.delete_cookie(COOKIE, path="/h/", samesite="Strict")
        return done

    return _posted(request, code, act)


def address_of(request: HttpRequest) -> str:
    """Return the caller's address as the door saw it; of IPv6 the network that a home has."""
    given = request.headers.get("X-Forwarded-For") or request.META.get("REMOTE_ADDR", "")
    try:
        found = ip_address(given)
    except ValueError:
        return ""
    return str(found if found.version == 4 else ip_network(f"{found}/64", strict=False))


def _posted(request: HttpRequest, code: str, act: Act) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not is_own(request):
        return nothing(request)
    return _opened(request, code, act)


def is_own(request: HttpRequest) -> bool:
    """Tell whether a form was sent by one of these pages, and is as small as they are."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    foreign = request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none")
    return not foreign and length.isdecimal() and int(length) <= LARGEST


def _opened(request: HttpRequest, code: str, then: Act) -> HttpResponse:
    """Go on with the household of a code; who tries wrong ones waits, whatever he tries next."""
    address, now = address_of(request), clock.now()
    if limits.reached("code", address, now):
        return drawn(request, "wait", {}, 429)
    found = cards.find(code)
    if found is None:
        limits.count("code", address, now)
        return nothing(request)
    if limits.count("looks", found.digest, now):
        return drawn(request, "wait", {}, 429)
    with translation.override(language(request)):
        return then(request, found, rules.read(code))


def _page(request: HttpRequest, found: Found, code: str, wrong: str = "", failed: str = "") -> HttpResponse:
    now, person = clock.now(), _person(request, found)
    with scoped(reads.scope(found.area)):
        shown = reads.home(found, now)
        own = reads.own(found, person, now) if person is not None else None
        if shown is None:
            return nothing(request)
        told = notices.notices(found.household, found.area, shown.places, now)
        context: dict[str, Any] = {
            "notices": told, "answers": notices.answers(reads.way(found.area), now),
            "home": shown, "own": own, "code": code, "wrong": wrong, "failed": failed, "given": request.POST,
            "passes": passes.shown(found, now), "sorts": [(sort.name, word(sort)) for sort in SORTS],
            "needs": [(need.name, word(need)) for need in NEEDS], "values": [*VALUES],
            "place": printing.where(found.area, shown.places), "now": now, "done": request.GET.get("done", ""),
        }  # fmt: skip
        return drawn(request, "home", context, 422 if wrong else 200)


def _person(request: HttpRequest, found: Found) -> int | None:
    """Return who gave the second fact at this very card, not too long ago."""
    try:
        kept = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    return kept["person"] if kept.get("card") == found.digest.hex()[:32] else None


def _done(request: HttpRequest, code: str, what: str) -> HttpResponse:
    return HttpResponseRedirect(f"{_to('h-home', code, language(request))}&done={what}", status=303)


def _to(name: str, code: str, language: str) -> str:
    return f"{reverse(name, args=[code], urlconf='bulou.residents.addresses')}?lang={language[:2]}"


def language(request: HttpRequest) -> str:
    """Return the language that a page is asked for in."""
    wanted = request.POST.get("lang") or request.GET.get("lang") or settings.LANGUAGE_CODE
    return "en" if wanted.startswith("en") else "zh-hans"


def drawn(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Draw a public page in its language."""
    wanted = language(request)
    with translation.override(wanted):
        whole = context | {"lang": wanted[:2], "other": "zh" if wanted == "en" else "en", "path": request.path}
        return HttpResponse(render_to_string(f"residents/public/{name}.html", whole), status=status)
