"""Addresses of the page of sites and calls."""

from django.urls import path

from bulou.rounds.calls import pages

UNDER = "rounds/<int:campaign>/areas/<int:area>/calls"

urlpatterns = [
    path(UNDER, pages.page, name="calls"),
    path(f"{UNDER}/act", pages.act, name="calls-act"),
    path(f"{UNDER}/print", pages.printed, name="calls-print"),
]
