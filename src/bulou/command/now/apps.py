"""The Django application of this room."""

from django.apps import AppConfig


class NowConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.command.now"
    label = "now"
