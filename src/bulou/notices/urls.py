"""Addresses of the pages of notices."""

from django.urls import path

from bulou.notices import edit_page, pages, rumour_pages

urlpatterns = [
    path("notices", pages.listed, name="notices"),
    path("notices/new", edit_page.edit, name="notice-new"),
    path("notices/<int:notice>", pages.sheet, name="notice"),
    path("notices/<int:notice>/edit", edit_page.edit, name="notice-edit"),
    path("notices/<int:notice>/act", pages.act, name="notice-act"),
    path("notices/<int:notice>/poster.pdf", pages.poster, name="notice-poster"),
    path("notices/<int:notice>/slips.pdf", pages.slips, name="notice-slips"),
    path("notices/rumours", rumour_pages.listed, name="rumours"),
    path("notices/rumours/act", rumour_pages.act, name="rumour-act"),
]
