"""Addresses of the command's pages."""

from django.urls import include, path

from bulou.command import pages

UNDER = "rounds/<int:campaign>/areas/<int:area>"

urlpatterns = [
    path("", pages.home, name="home"),
    path(UNDER, pages.board, name="board"),
    path(f"{UNDER}/missed", pages.missed, name="missed"),
    path(f"{UNDER}/waits", pages.oldest, name="waits"),
    path(f"{UNDER}/map", pages.map_page, name="map"),
    path(f"{UNDER}/pace", pages.pace_page, name="pace"),
    path("rounds/<int:campaign>/persons/<int:person>", pages.person, name="person"),
    path("", include("bulou.command.exchange.urls")),
    path("", include("bulou.command.offering.urls")),
    path("", include("bulou.command.people.urls")),
    path("", include("bulou.command.roster.urls")),
    path("", include("bulou.command.now.urls")),
    path("", include("bulou.command.work.urls")),
    path("", include("bulou.command.devices.urls")),
    path("", include("bulou.command.paper.urls")),
    path("", include("bulou.command.official.urls")),
    path("", include("bulou.command.opening.urls")),
    path("", include("bulou.command.uploads.urls")),
]
