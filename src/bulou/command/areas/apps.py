"""The Django application of this room."""

from django.apps import AppConfig


class AreasConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.command.areas"
    label = "areas"
