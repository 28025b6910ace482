"""The Django application of this room: parts of pages, their tags and words."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.ui"
    label = "ui"
