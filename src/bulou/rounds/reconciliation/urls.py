"""Address of the page that holds our figure against the official one."""

from django.urls import path

from bulou.rounds.reconciliation import pages

urlpatterns = [path("official", pages.page, name="official")]
