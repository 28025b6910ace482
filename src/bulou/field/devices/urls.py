"""Addresses of the page of devices."""

from django.urls import path

from bulou.field.devices import pages

urlpatterns = [
    path("devices", pages.page, name="devices"),
    path("devices/undo", pages.undo, name="device-undo"),
    path("devices/<int:journal>/revoke", pages.revoke, name="device-revoke"),
    path("devices/<int:journal>/reinstate", pages.reinstate, name="device-reinstate"),
]
