"""Addresses of lists that come in."""

from django.urls import path

from bulou.rounds.chat_list import importing

urlpatterns = [
    path("import/list", importing.page, name="import-list"),
    path("import/lists/<int:taken_id>", importing.applied, name="import-list-taken"),
]
