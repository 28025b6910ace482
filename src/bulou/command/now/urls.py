"""Addresses of the list of what needs a decision."""

from django.urls import path

from bulou.command.now import matter, pages

urlpatterns = [
    path("now", pages.page, name="now"),
    path("now/list", pages.fragment, name="now-list"),
    path("now/of/<str:matter>", matter.page, name="now-matter"),
    path("now/act", pages.act, name="now-act"),
    path("now/owners", pages.owners_page, name="now-owners"),
]
