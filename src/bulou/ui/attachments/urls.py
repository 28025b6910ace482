"""Addresses of photos."""

from django.urls import path

from bulou.ui.attachments import pages

urlpatterns = [
    path("photos/<int:photo>", pages.show, name="photo"),
    path("photos/add", pages.add, name="photo-add"),
    path("photos/<int:photo>/remove", pages.remove, name="photo-remove"),
]
