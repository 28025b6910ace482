"""The Django application of this room."""

from django.apps import AppConfig


class UnitsConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.command.units"
    label = "units"
