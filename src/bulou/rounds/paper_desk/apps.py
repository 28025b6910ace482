"""The Django application of this room."""

from django.apps import AppConfig


class PaperConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.rounds.paper_desk"
    label = "paper"
