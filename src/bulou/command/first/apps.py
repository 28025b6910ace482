"""The Django application of this room."""

from django.apps import AppConfig


class FirstConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.command.first"
    label = "first"
