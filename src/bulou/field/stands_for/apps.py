"""The Django application of this room."""

from django.apps import AppConfig


class StandsForConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.field.stands_for"
    label = "stands_for"
