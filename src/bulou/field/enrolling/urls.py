"""Addresses of the pages of enrolment and of handing in."""

from django.urls import path

from bulou.field.enrolling import handing, pages

urlpatterns = [
    path("devices/enrol", pages.enrol, name="device-enrol"),
    path("devices/enrol/card", pages.card, name="device-card"),
    path("devices/enrol/cards", pages.sheet, name="device-cards"),
    path("devices/enrol/withdraw", pages.withdraw, name="device-withdraw"),
    path("devices/hand-in", handing.page, name="hand-in"),
]
