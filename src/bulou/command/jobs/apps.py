"""The Django application of this room."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.command.jobs"
    label = "jobs"
