"""Addresses of the desk's pages of volunteers who have signed up."""

from django.urls import path

from bulou.residents.volunteers import pages

urlpatterns = [
    path("volunteers", pages.listed, name="volunteers"),
    path("volunteers/posters", pages.posters, name="volunteers-posters"),
    path("volunteers/key", pages.key, name="volunteers-key"),
    path("volunteers/<int:application>", pages.sheet, name="volunteer"),
    path("volunteers/<int:application>/act", pages.act, name="volunteer-act"),
]
