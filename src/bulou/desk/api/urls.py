"""Addresses of the interface, and of the page on which its keys are made."""

from django.urls import path

from bulou.desk.api import interface, pages

urlpatterns = [
    path("settings/keys", pages.listed, name="api-keys"),
    path("settings/keys/<int:number>/revoke", pages.revoke, name="api-key-revoke"),
    path("api/openapi.json", interface.openapi, name="api-openapi"),
    *interface.patterns(),
]
