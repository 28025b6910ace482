"""Addresses of lists that leave the desk, and of those that come in."""

from django.urls import path

from bulou.command.exchange import importing, pages

UNDER = "rounds/<int:campaign>/areas/<int:area>"

urlpatterns = [
    path("import/list", importing.page, name="import-list"),
    path("import/lists/<int:taken_id>", importing.applied, name="import-list-taken"),
    path(f"{UNDER}/missed.xlsx", pages.missed, name="missed-export"),
    path(f"{UNDER}/doors", pages.doors, name="doors"),
]
