"""The Django application of this room."""

from django.apps import AppConfig


class CommandConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.command"
    label = "command"
