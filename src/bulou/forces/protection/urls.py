"""Addresses of the pages of own protection."""

from django.urls import path

from bulou.forces.protection import pages, scanning, team_pages

urlpatterns = [
    path("protection", pages.listed, name="protection"),
    path("protection/tested", pages.tested, name="protection-tested"),
    path("protection/gaps", pages.gaps, name="protection-gaps"),
    path("protection/scan", scanning.page, name="protection-scan"),
    path("protection/teams", team_pages.listed, name="outside-teams"),
    path("protection/teams/new", team_pages.edit, name="outside-team-new"),
    path("protection/teams/<int:team>/edit", team_pages.edit, name="outside-team-edit"),
    path("protection/teams/<int:team>/act", team_pages.act, name="outside-team-act"),
]
