"""Addresses of the page of suits."""

from django.urls import path

from bulou.command.suits import pages

urlpatterns = [
    path("protection/suits", pages.page, name="suits"),
    path("protection/suits/issue", pages.issue, name="suits-issue"),
]
