"""Addresses of the area tree."""

from django.urls import path

from bulou.command.areas import pages

urlpatterns = [
    path("roster/tree", pages.tree, name="roster-tree"),
    path("roster/tree/<int:area>", pages.one, name="roster-area"),
]
