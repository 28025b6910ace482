"""The Django application of this room: our figure beside the official one."""

from django.apps import AppConfig


class OfficialConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.rounds.reconciliation"
    label = "official"
