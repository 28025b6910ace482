"""Addresses of what a form on a person's sheet or on the missed list leads to."""

from django.urls import path

from bulou.people.offering import pages

urlpatterns = [
    path("people/offers", pages.offer, name="offer"),
    path("people/offers/withdrawn", pages.withdraw, name="offer-withdraw"),
]
