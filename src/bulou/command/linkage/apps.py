"""The Django application of this room."""

from django.apps import AppConfig


class LinkageConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.command.linkage"
    label = "linkage"
