"""The Django application of this room."""

from django.apps import AppConfig


class EnrollingConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.field.enrolling"
    label = "enrolling"
