"""The pages of one's own account: roles, password, the second step."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import PasswordChangeView, PasswordResetConfirmView
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.template.response import TemplateResponse
from django.urls import reverse, reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from bulou.desk.abilities import ABILITIES, GUARDED
from bulou.desk.accounts import first_user, sessions, totp
from bulou.desk.accounts.models import Grant
from bulou.desk.accounts.pages import note_own
from bulou.desk.accounts.reads import role_named
from bulou.desk.watch import SIGN_INS
from bulou.ui.figures import names


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """One's own roles with their ends, and what they allow."""
    now = datetime.now(UTC)
    grants = Grant.objects.filter(user=request.user.pk, ended_at=None, until__gt=now, since__lte=now).order_by("until")
    given = [(grant, role_named(grant.role)) for grant in grants]
    context = {
        "given": given, "places": names({area for grant, _role in given for area in grant.areas if area}),
        "may": [ability for name, ability in ABILITIES.items() if name in request.who.held],
        "second": request.who.second is not None, "left": totp.left(request.user) if request.who.second else 0,
        "offer": settings.TOTP != "off",
    }  # fmt: skip
    return TemplateResponse(request, "accounts/account.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    """Set up the second step: scan, type the first code, keep the recovery codes."""
    context = {"required": settings.TOTP == "required" and bool(GUARDED & request.who.held), "wrong": False}
    if request.who.second is not None and request.method != "POST":
        return redirect("account")
    if request.method == "POST" and request.who.second is None:
        done = totp.confirm(request.user, request.POST.get("code", ""))
        if done is not None:
            device, codes = done
            request.session[sessions.SECOND] = device.pk
            note_own(request, "second-set")
            return TemplateResponse(request, "accounts/recovery.html", {"codes": codes})
        context["wrong"] = True
    device = totp.offered(request.user)
    context |= {"code": mark_safe(totp.picture(device)), "secret": device.config_url.partition("secret=")[2][:32]}
    return TemplateResponse(request, "accounts/set_up.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the second step."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    wrong = False
    if request.method == "POST":
        number = totp.verify(request.user, request.POST.get("code", ""))
        if number is not None:
            request.session.cycle_key()
            request.session[sessions.SECOND] = number
            SIGN_INS.labels("second").inc()
            safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
            return redirect(wanted if safe else resolve_url(settings.LOGIN_REDIRECT_URL))
        SIGN_INS.labels("wrong-second").inc()
        wrong = True
    return TemplateResponse(request, "accounts/code.html", {"next": wanted, "wrong": wrong})


class ChangePassword(PasswordChangeView):
    """A new password for oneself; it ends all other sessions."""

    template_name = "accounts/password.html"
    success_url = reverse_lazy("account")

    def form_valid(self, form: Form) -> HttpResponse:
        """Record it."""
        with transaction.atomic():
            answer = super().form_valid(form)
            sessions.end_all(self.request.user, datetime.now(UTC), but=self.request.session.session_key or "")
            note_own(self.request, "password-set")
        messages.success(self.request, _("密码已更改。"))
        return answer


@login_not_required
@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def first(request: HttpRequest, code: str) -> HttpResponse:
    """The first user of an installation, for whoever has the one-time code of its start."""
    if not first_user.needed():
        return _no_first(request, "used", 404)
    if first_user.must_wait(request):
        answer = _no_first(request, "throttled", 429)
        answer.headers["Retry-After"] = "900"
        return answer
    if not first_user.is_right(code):
        first_user.count_wrong(request)
        return _no_first(request, "wrong", 404)
    given, wrong = request.POST, list[str]()
    if request.method == "POST":
        try:
            wrong = first_user.make(given.get("name", ""), given.get("password", ""), given.get("again", ""))
        except first_user.FirstIsThere:
            return _no_first(request, "used", 404)
        if not wrong:
            answer = redirect(reverse("sign-in") + "?next=/")
            if given.get("language", "") in dict(settings.LANGUAGES):
                answer.set_cookie(
                    settings.LANGUAGE_COOKIE_NAME, given["language"], httponly=True, samesite="Lax",
                    secure=settings.LANGUAGE_COOKIE_SECURE,
                )  # fmt: skip
            return answer
    return TemplateResponse(request, "accounts/first.html", {"wrong": wrong, "name": given.get("name", "")})


def _no_first(request: HttpRequest, why: str, status: int) -> TemplateResponse:
    return TemplateResponse(request, "accounts/first.html", {"barred": why}, status=status)


class SetPassword(PasswordResetConfirmView):
    """What the one-time link leads to: the first password, or a new one."""

    template_name = "accounts/password.html"
    success_url = reverse_lazy("sign-in")

    def form_valid(self, form: Form) -> HttpResponse:
        """Record it; the user signs in with it next."""
        with transaction.atomic():
            answer = super().form_valid(form)
            sessions.end_all(self.user, datetime.now(UTC))
            note_own(self.request, "password-set", self.user)
        return answer
