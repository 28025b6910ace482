"""The Django application of this room."""

from django.apps import AppConfig


class ProtectionConfig(AppConfig):
    """Registers it under its own name."""

    name = "bulou.forces.protection"
    label = "protection"
