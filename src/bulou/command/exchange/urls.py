"""Addresses of lists that leave the desk."""

from django.urls import path

from bulou.command.exchange import importing, pages

UNDER = "rounds/<int:campaign>/areas/<int:area>"

urlpatterns = [
    path("import/list", importing.page, name="import-list"),
    path(f"{UNDER}/missed.xlsx", pages.missed, name="missed-export"),
    path(f"{UNDER}/doors", pages.doors, name="doors"),
]
