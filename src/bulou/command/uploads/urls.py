"""Addresses of the roster's files and of area tables."""

from django.urls import path

from bulou.command.uploads import pages

urlpatterns = [
    path("roster", pages.roster, name="roster"),
    path("roster/areas", pages.areas, name="roster-areas"),
    path("roster/uploads/<int:upload>", pages.upload, name="roster-upload"),
    path("roster/uploads/<int:upload>/rejects", pages.rejects, name="roster-rejects"),
]
