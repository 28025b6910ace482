"""The Django application of this room."""

from django.apps import AppConfig


class RosterConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.command.roster"
    label = "roster"
