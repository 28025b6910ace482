"""Addresses of the register of units."""

from django.urls import path

from bulou.command.units import importing, labels, pages

urlpatterns = [
    path("units", pages.listed, name="units"),
    path("units/new", pages.new, name="unit-new"),
    path("units/import", importing.page, name="unit-import"),
    path("units/labels", labels.page, name="unit-labels"),
    path("units/<int:unit>", pages.sheet, name="unit"),
    path("units/<int:unit>/edit", pages.edit, name="unit-edit"),
    path("units/<int:unit>/act", pages.act, name="unit-act"),
]
