"""The Django application of this room."""

from django.apps import AppConfig


class CallsConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.rounds.calls"
    label = "calls"
