"""Addresses of what is shown of zones with the means of this floor."""

from django.urls import path

from bulou.command.following import map as levels

urlpatterns = [path("zones/map", levels.page, name="zones-map")]
