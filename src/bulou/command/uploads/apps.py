"""The Django application of this room."""

from django.apps import AppConfig


class UploadsConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.command.uploads"
    label = "uploads"
