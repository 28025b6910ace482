"""The Django application of this room."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.desk"
    label = "desk"

    def ready(self) -> None:
        """Open the pages that the rooms declare."""
        from bulou.desk.abilities import declare

        declare()
