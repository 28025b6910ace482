"""Addresses of the linkage."""

from django.urls import path

from bulou.command.linkage import pages

urlpatterns = [
    path("roster/linkage", pages.page, name="roster-linkage"),
    path("roster/linkage/<int:run>", pages.run, name="roster-linkage-run"),
]
