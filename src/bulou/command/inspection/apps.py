"""The Django application of this room."""

from django.apps import AppConfig


class InspectionConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.command.inspection"
    label = "inspection"
