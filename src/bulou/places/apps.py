"""The Django application of this room."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.places"
    label = "places"

    def ready(self) -> None:
        """Declare what verify compares, and what is sealed."""
        from bulou.places import checks

        checks.declare()
