"""Addresses of the desk: sign-in here."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from bulou.desk.pages import SignIn, parts, settings, trust

urlpatterns = [
    path("sign-in", SignIn.as_view(), name="sign-in"),
    path("sign-out", LogoutView.as_view(), name="sign-out"),
    path("settings", settings, name="settings"),
    path("settings/trust", trust, name="trust"),
    path("settings/parts", parts, name="parts"),
]
