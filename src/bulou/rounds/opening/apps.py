"""The Django application of this room."""

from django.apps import AppConfig


class OpeningConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.rounds.opening"
    label = "opening"
