"""Addresses of the pages of zones."""

from django.urls import path

from bulou.zones import acting, pages, publishing

urlpatterns = [
    path("zones", pages.listed, name="zones"),
    path("zones/act", acting.act, name="zones-act"),
    path("zones/undo", acting.take_back, name="zones-undo"),
    path("zones/lists", publishing.lists, name="zones-lists"),
    path("zones/lists/<int:area>", publishing.one, name="zones-list"),
    path("zones/<int:area>", pages.sheet, name="zone"),
]
