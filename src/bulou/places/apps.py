"""The Django application of this room."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.places"
    label = "places"
