"""The Django application of this room."""

from django.apps import AppConfig


class FieldConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.field"
    label = "field"
