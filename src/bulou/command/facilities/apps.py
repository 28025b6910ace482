"""The Django application of this room."""

from django.apps import AppConfig


class FacilitiesConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.command.facilities"
    label = "facilities"
