"""Sign-in, the reader's own settings, the parts. Sign-out and the language switch are Django's own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import segno
from django.conf import settings as installation
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_safe

from bulou.desk.accounts import lockout, sessions
from bulou.desk.navigation import SETTINGS, THEME_COOKIE, THEMES, shown
from bulou.desk.watch import SIGN_INS
from bulou.ui.figures import names


class SignIn(LoginView):
    """The sign-in page; who is signed in already goes on to the board, who guesses has to wait."""

    template_name = "desk/sign_in.html"
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Judge a try, unless there were too many wrong ones: then not even a right password is looked at."""
        if lockout.is_locked(request):
            SIGN_INS.labels("throttled").inc()
            page = self.render_to_response({"throttled": True, "next": request.POST.get("next", "")}, status=429)
            page.headers["Retry-After"] = "900"
            return page
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Let somebody in."""
        answer = super().form_valid(form)
        sessions.begin(self.request, datetime.now(UTC))
        SIGN_INS.labels("done").inc()
        return answer

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Say so; the wrong try was counted when it was made."""
        SIGN_INS.labels("wrong").inc()
        return super().form_invalid(form)


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Language, look and the reader's areas; a choice of look is kept in a cookie."""
    if request.method == "POST":
        answer = redirect("settings")
        theme = request.POST.get("theme", "")
        if theme in THEMES:
            answer.set_cookie(THEME_COOKIE, theme, max_age=365 * 24 * 3600, samesite="Lax", secure=request.is_secure())
        return answer
    known = names(request.areas)
    context = {"areas": [(area, known.get(area)) for area in request.areas], "ways": shown(SETTINGS, request)}
    return TemplateResponse(request, "desk/settings.html", context)


@require_safe
def trust(request: HttpRequest) -> HttpResponse:
    """Where phones learn to trust the local root, as a code to scan, and the fingerprint to compare."""
    url = installation.TRUST_URL
    code = segno.make(url, error="m").svg_inline(scale=6, border=2, light="#fff") if url else ""
    context = {"url": url, "fingerprint": installation.TRUST_FINGERPRINT, "code": mark_safe(code)}
    return TemplateResponse(request, "desk/trust.html", context)


@require_safe
def parts(request: HttpRequest) -> HttpResponse:
    """Every part of the desk with invented content."""
    return TemplateResponse(request, "desk/parts.html", {})
