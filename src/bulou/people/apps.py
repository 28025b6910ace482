"""The Django application of this room."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.people"
    label = "people"

    def ready(self) -> None:
        """Declare what verify compares, and what is sealed."""
        from bulou.people import checks

        checks.declare()
