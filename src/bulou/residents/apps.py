"""Registers the room with the house."""

from django.apps import AppConfig


class ResidentsConfig(AppConfig):
    """The Django application of this room."""

    name = "bulou.residents"
    label = "residents"

    def ready(self) -> None:
        """Declare this room."""
        from bulou.residents.room import ROOM
        from bulou.ui.room import register

        register(ROOM)
