"""Addresses of the pages of passes."""

from django.urls import path

from bulou.zones.passes import pages

urlpatterns = [
    path("passes", pages.listed, name="passes"),
    path("passes/gates", pages.gates, name="pass-gates"),
    path("passes/<int:household>/<int:occasion>", pages.sheet, name="pass"),
    path("passes/<int:household>/<int:occasion>/card", pages.card, name="pass-card"),
]
