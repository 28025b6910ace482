"""Pages for volunteers themselves: no account, no script. The poster's code opens the form; the own key together with
the telephone's last digits opens the own page. Unknown, ended and misread codes get one and the same answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from bulou.forces.actions import Refusal
from bulou.forces.vocabulary import SHIFTS
from bulou.ledger import clock
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.residents import limits, public
from bulou.residents import rules as codes
from bulou.residents.public import LASTS
from bulou.residents.volunteers import actions, keys, own, rules
from bulou.residents.volunteers.keys import Own

COOKIE, SALT = "bulou_v", "bulou.residents.volunteers.second"
Act = Callable[[HttpRequest, Own, str], HttpResponse]


def sign_up(request: HttpRequest, code: str) -> HttpResponse:
    """The form of a poster; what is sent waits for the committee."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    address, now = public.address_of(request), clock.now()
    if limits.reached("code", address, now):
        return drawn(request, "wait", {}, 429)
    found = keys.find_poster(code, now)
    if found is None:
        limits.count("code", address, now)
        return public.nothing(request)
    poster, area = found
    with translation.override(language(request)), scoped(((area, area),)):
        if request.method != "POST":
            return _form(request, area, code)
        if not public.is_own(request):
            return public.nothing(request)
        by_poster = limits.count("sign_up_poster", str(poster), now)
        if limits.count("sign_up", address, now) or by_poster:
            return _form(request, area, code, _("一小时内报名太多了：请稍后再试，或打电话给居委会。"), 429)
        try:
            given = request.POST
            values = actions.read(given.dict(), given.getlist("skill"), given.getlist("shift"), named=True)
            if not given.get("sure"):
                raise Refusal(_("请先勾选同意。"))
            made = actions.sign_up(poster, area, values, now)
        except Refusal as refusal:
            return _form(request, area, code, str(refusal), 422)
        home = request.build_absolute_uri(reverse("hv-own", args=[made]))
        return drawn(request, "signed_up", {"code": codes.grouped(made), "plain": made, "qr": own.qr(home)})


def _form(request: HttpRequest, area: int, code: str, wrong: str = "", status: int = 200) -> HttpResponse:
    given = request.POST
    return drawn(request, "sign_up", {
        "code": code, "place": own.where(area), "wrong": wrong, "given": given, "shifts": SHIFTS,
        "skills": actions.SAID, "skilled": given.getlist("skill"), "shifted": given.getlist("shift"),
        "longest": actions.LONGEST,
    }, status)  # fmt: skip


def page(request: HttpRequest, code: str) -> HttpResponse:
    """The own page: what it asks first, and what it shows then."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    return _opened(request, code, lambda request, found, code: _shown(request, found, code))


def prove(request: HttpRequest, code: str) -> HttpResponse:
    """Hold the telephone's last digits to the record; the right ones open the page for a quarter of an hour."""

    def act(request: HttpRequest, found: Own, code: str) -> HttpResponse:
        now = clock.now()
        by_key = limits.count("fact", found.digest, now)
        if limits.count("fact_address", public.address_of(request), now) or by_key:
            return _shown(request, found, code, _("试的次数太多：请一小时后再试，或打电话给居委会。"))
        with scoped(EVERYWHERE):
            telephone = own.telephone(found)
        if not rules.same_tail(telephone, request.POST.get("tail", "")[:8]):
            return _shown(request, found, code, _("与登记的信息不一致：请核对，或打电话给居委会。"))
        done = _done(request, code, "known")
        value = signing.dumps(found.digest.hex()[:32], salt=SALT)
        done.set_cookie(
            COOKIE, value, max_age=LASTS, path="/h/", httponly=True, secure=settings.SESSION_COOKIE_SECURE,
            samesite="Strict",
        )  # fmt: skip
        return done

    return _posted(request, code, act, proved=False)


def answer(request: HttpRequest, code: str) -> HttpResponse:
    """Take the person's answer to a call-up."""

    def act(request: HttpRequest, found: Own, code: str) -> HttpResponse:
        number = request.POST.get("call_up", "")
        call_up = int(number[:15]) if number.isascii() and number.isdecimal() else 0
        one = actions.answer(found, call_up, request.POST.get("said", ""), clock.now())
        said = "reserve" if one.reserve else one.answer
        return _done(request, code, said)

    return _posted(request, code, act)


def correct(request: HttpRequest, code: str) -> HttpResponse:
    """Take what the person corrects of his record."""

    def act(request: HttpRequest, found: Own, code: str) -> HttpResponse:
        values = actions.read(request.POST.dict(), (), request.POST.getlist("shift"), named=False)
        actions.correct(found, values, clock.now())
        return _done(request, code, "corrected")

    return _posted(request, code, act)


def renew(request: HttpRequest, code: str) -> HttpResponse:
    """Give the person another key; the one before ends at once."""

    def act(request: HttpRequest, found: Own, code: str) -> HttpResponse:
        made = keys.key(found.area, found.application, found.member, clock.now())
        home = request.build_absolute_uri(reverse("hv-own", args=[made]))
        shown = {"code": codes.grouped(made), "plain": made, "qr": own.qr(home), "renewed": True}
        return drawn(request, "signed_up", shown)

    return _posted(request, code, act)


def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Have the person leave; it is asked about once more before."""

    def act(request: HttpRequest, found: Own, code: str) -> HttpResponse:
        if not request.POST.get("sure"):
            raise Refusal(_("退出前请先勾选确认。"))
        freed = actions.withdraw(found, request.POST.get("reason", "")[:200].replace("\0", ""), clock.now())
        done = drawn(request, "left", {"freed": freed})
        done.delete_cookie(COOKIE, path="/h/", samesite="Strict")
        return done

    return _posted(request, code, act)


def leave(request: HttpRequest, code: str) -> HttpResponse:
    """Close the own page on this phone."""

    def act(request: HttpRequest, found: Own, code: str) -> HttpResponse:
        done = _done(request, code, "closed")
        done.delete_cookie(COOKIE, path="/h/", samesite="Strict")
        return done

    return _posted(request, code, act)


def _posted(request: HttpRequest, code: str, act: Act, proved: bool = True) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not public.is_own(request):
        return public.nothing(request)

    def checked(request: HttpRequest, found: Own, code: str) -> HttpResponse:
        if proved and not _proved(request, found):
            return _shown(request, found, code, _("已超过15分钟：请重新核对身份。"))
        try:
            with scoped(EVERYWHERE):
                return act(request, found, code)
        except Refusal as refusal:
            return _shown(request, found, code, str(refusal))

    return _opened(request, code, checked)


def _opened(request: HttpRequest, code: str, then: Act) -> HttpResponse:
    """Go on with whose key it is; who tries wrong ones waits, whatever he tries next."""
    address, now = public.address_of(request), clock.now()
    if limits.reached("code", address, now):
        return drawn(request, "wait", {}, 429)
    found = keys.find_key(code, now)
    if found is None:
        limits.count("code", address, now)
        return public.nothing(request)
    if limits.count("looks", found.digest, now):
        return drawn(request, "wait", {}, 429)
    with translation.override(language(request)):
        return then(request, found, codes.read(code))


def _shown(request: HttpRequest, found: Own, code: str, wrong: str = "") -> HttpResponse:
    context: dict[str, Any] = {"code": code, "wrong": wrong, "done": request.GET.get("done", ""), "given": request.POST}
    if not _proved(request, found):
        return drawn(request, "own_closed", context, 422 if wrong else 200)
    with scoped(EVERYWHERE):
        context |= own.page(found, clock.now())
        return drawn(request, "own", context, 422 if wrong else 200)


def _proved(request: HttpRequest, found: Own) -> bool:
    """Tell whether the second fact was given for this very key, not too long ago."""
    try:
        kept = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return False
    return kept == found.digest.hex()[:32]


def _done(request: HttpRequest, code: str, what: str) -> HttpResponse:
    return HttpResponseRedirect(
        f"{reverse('hv-own', args=[code])}?lang={language(request)[:2]}&done={what}", status=303
    )  # fmt: skip


def language(request: HttpRequest) -> str:
    """Return the language that a page is asked for in."""
    return public.language(request)


def drawn(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Draw a page of volunteers in its language."""
    if name == "wait":
        return public.drawn(request, name, context, status)
    wanted = language(request)
    with translation.override(wanted):
        whole = context | {"lang": wanted[:2], "other": "zh" if wanted == "en" else "en", "path": request.path}
        return HttpResponse(render_to_string(f"volunteers/public/{name}.html", whole), status=status)
