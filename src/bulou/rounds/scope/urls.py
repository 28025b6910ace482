"""Addresses of the scope of rounds."""

from django.urls import path

from bulou.rounds.scope import pages

urlpatterns = [path("rounds/<int:campaign>/scope", pages.page, name="round-scope")]
