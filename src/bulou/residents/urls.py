"""Addresses of the desk's page of door cards."""

from django.urls import path

from bulou.residents import pages

urlpatterns = [
    path("doors/cards", pages.page, name="door-cards"),
    path("doors/cards/print", pages.printed, name="door-cards-print"),
    path("doors/cards/end", pages.end, name="door-cards-end"),
]
