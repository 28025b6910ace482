"""The Django application of this room."""

from django.apps import AppConfig


class VolunteersConfig(AppConfig):
    """Registers it under its own name."""

    name = "bulou.residents.volunteers"
    label = "volunteers"
