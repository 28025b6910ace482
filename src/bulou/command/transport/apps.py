"""The Django application of this room."""

from django.apps import AppConfig


class TransportConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.command.transport"
    label = "transport"
