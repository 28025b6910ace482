"""Addresses of the list of what needs a decision."""

from django.urls import path

from bulou.command.worklist import acting, answering, matter, pages

urlpatterns = [
    path("now", pages.page, name="now"),
    path("now/list", pages.fragment, name="now-list"),
    path("now/of/<str:matter>", matter.page, name="now-matter"),
    path("now/act", acting.act, name="now-act"),
    path("now/undo", acting.take_back, name="now-undo"),
    path("now/reopen/<str:duty>", acting.reopen, name="now-reopen"),
    path("now/owners", answering.page, name="now-owners"),
]
