"""The Django application of this room."""

from django.apps import AppConfig


class OfferingConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.people.offering"
    label = "offering"
