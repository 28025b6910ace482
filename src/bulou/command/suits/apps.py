"""The Django application of this room."""

from django.apps import AppConfig


class SuitsConfig(AppConfig):
    """Registers it under its own name."""

    name = "bulou.command.suits"
    label = "suits"
