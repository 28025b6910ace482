"""The Django application of this room."""

from django.apps import AppConfig


class RegroupConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.command.regroup"
    label = "regroup"
