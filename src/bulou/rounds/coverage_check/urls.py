"""Addresses of the coverage check."""

from django.urls import path

from bulou.rounds.coverage_check import pages

UNDER = "rounds/<int:campaign>/areas/<int:area>/coverage"

urlpatterns = [
    path(UNDER, pages.page, name="coverage"),
    path(f"{UNDER}/act", pages.act, name="coverage-act"),
]
