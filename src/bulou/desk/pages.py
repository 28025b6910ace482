"""Sign-in. Sign-out and the language switch are Django's own."""

from __future__ import annotations

from django.contrib.auth.views import LoginView


class SignIn(LoginView):
    """The sign-in page; who is signed in already goes on to the board."""

    template_name = "desk/sign_in.html"
    redirect_authenticated_user = True
