"""The Django application of this room."""

from django.apps import AppConfig


class CoverageConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.rounds.coverage_check"
    label = "coverage"
