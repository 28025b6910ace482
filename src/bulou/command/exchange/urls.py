"""Addresses of lists that leave the desk."""

from django.urls import path

from bulou.command.exchange import pages

UNDER = "rounds/<int:campaign>/areas/<int:area>"

urlpatterns = [
    path(f"{UNDER}/missed.xlsx", pages.missed, name="missed-export"),
    path(f"{UNDER}/doors", pages.doors, name="doors"),
]
