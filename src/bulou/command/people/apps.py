"""The Django application of this room."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.command.people"
    label = "people"
