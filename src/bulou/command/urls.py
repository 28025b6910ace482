"""Addresses of the command's pages."""

from django.urls import path

from bulou.command import pages
from bulou.command.exports import pages as exports

UNDER = "rounds/<int:campaign>/areas/<int:area>"

urlpatterns = [
    path("", pages.home, name="home"),
    path(UNDER, pages.board, name="board"),
    path(f"{UNDER}/missed", pages.missed, name="missed"),
    path(f"{UNDER}/missed.xlsx", exports.missed, name="missed-export"),
    path(f"{UNDER}/doors", exports.doors, name="doors"),
    path(f"{UNDER}/waits", pages.oldest, name="waits"),
    path(f"{UNDER}/map", pages.map_page, name="map"),
    path(f"{UNDER}/pace", pages.pace_page, name="pace"),
    path("rounds/<int:campaign>/persons/<int:person>", pages.person, name="person"),
]
