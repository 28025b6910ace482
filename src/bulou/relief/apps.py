"""Registers the room with the house."""

from django.apps import AppConfig


class ReliefConfig(AppConfig):
    """The Django application of this room."""

    name = "bulou.relief"
    label = "relief"

    def ready(self) -> None:
        """Declare this room."""
        from bulou.relief.room import ROOM
        from bulou.ui.room import register

        register(ROOM)
