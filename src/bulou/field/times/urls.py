"""Addresses of the pages of entries whose time is in doubt."""

from django.urls import path

from bulou.field.times import pages

urlpatterns = [
    path("devices/times", pages.devices, name="times"),
    path("devices/<int:journal>/times", pages.device, name="device-times"),
    path("devices/<int:journal>/times/act", pages.act, name="device-times-act"),
]
