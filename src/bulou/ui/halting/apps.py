"""The Django application of what ends long work."""

from django.apps import AppConfig


class HaltingConfig(AppConfig):
    """Registers it under its own name."""

    name = "bulou.ui.halting"
    label = "halting"
