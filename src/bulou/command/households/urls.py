"""Address of the page of households."""

from django.urls import path

from bulou.command.households import pages

urlpatterns = [path("households", pages.listed, name="households")]
