"""The Django application of this room."""

from django.apps import AppConfig


class ScopeConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.rounds.scope"
    label = "scope"
