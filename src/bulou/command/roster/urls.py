"""Addresses of the roster's own pages."""

from django.urls import path

from bulou.command.roster import pages

urlpatterns = [path("roster/doubts", pages.page, name="roster-doubts")]
