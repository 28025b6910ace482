"""Addresses of runs for medicines."""

from django.urls import path

from bulou.command.medicine import pages

urlpatterns = [
    path("medicine-runs", pages.listed, name="medicine-runs"),
    path("medicine-runs/<str:fetching>", pages.one, name="medicine-run"),
]
