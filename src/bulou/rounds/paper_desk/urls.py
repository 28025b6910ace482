"""Addresses of the page where sheets of paper come back."""

from django.urls import path

from bulou.rounds.paper_desk import pages

urlpatterns = [path("import/paper", pages.page, name="paper")]
