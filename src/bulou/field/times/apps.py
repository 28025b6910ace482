"""The Django application of this room."""

from django.apps import AppConfig


class TimesConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.field.times"
    label = "times"
