"""The Django application of this room."""

from django.apps import AppConfig


class FieldConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.field"
    label = "field"

    def ready(self) -> None:
        """Declare what verify compares of devices, and what the door could not read."""
        from bulou.field import checks

        checks.declare()
