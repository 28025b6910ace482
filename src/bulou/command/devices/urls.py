"""Addresses of the page of devices."""

from django.urls import path

from bulou.command.devices import pages

urlpatterns = [
    path("devices", pages.page, name="devices"),
    path("devices/<int:journal>/revoke", pages.revoke, name="device-revoke"),
]
