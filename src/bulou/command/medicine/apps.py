"""The Django application of this room."""

from django.apps import AppConfig


class MedicineConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.command.medicine"
    label = "medicines"
