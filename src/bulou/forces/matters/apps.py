"""The Django application of call-ups as duties."""

from django.apps import AppConfig


class MattersConfig(AppConfig):
    """Registers it under its own name."""

    name = "bulou.forces.matters"
    label = "matters"
