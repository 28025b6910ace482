"""The Django application of this room."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.desk.api"
    label = "api"
