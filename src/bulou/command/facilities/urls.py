"""Addresses of the pages of facilities."""

from django.urls import path

from bulou.command.facilities import pages

urlpatterns = [
    path("facilities", pages.overview, name="facilities"),
    path("facilities/<int:unit>", pages.one, name="facility"),
]
