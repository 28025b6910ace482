"""Addresses of splits and mergers."""

from django.urls import path

from bulou.command.regroup import pages

urlpatterns = [
    path("roster/tree/<int:area>/regroup", pages.page, name="roster-regroup"),
    path("roster/tree/<int:area>/regroup/undo", pages.undo, name="roster-regroup-undo"),
]
