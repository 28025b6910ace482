"""Addresses of the pages of rounds."""

from django.urls import path

from bulou.rounds.opening import pages

urlpatterns = [
    path("rounds", pages.rounds, name="rounds"),
    path("rounds/new", pages.new, name="round-new"),
    path("rounds/drafts/<int:draft>", pages.draft, name="round-draft"),
    path("rounds/drafts/<int:draft>/edit", pages.edit, name="round-edit"),
    path("rounds/drafts/<int:draft>/opened", pages.opened, name="round-open"),
    path("rounds/<int:campaign>/closed", pages.close, name="round-close"),
    path("rounds/<int:campaign>/summary", pages.summary, name="round-summary"),
]
