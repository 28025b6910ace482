"""Addresses of long work."""

from django.urls import path

from bulou.command.jobs import pages

urlpatterns = [
    path("jobs", pages.page, name="jobs"),
    path("jobs/act", pages.act, name="jobs-act"),
]
