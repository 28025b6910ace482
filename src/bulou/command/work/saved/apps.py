"""The Django application of this room."""

from django.apps import AppConfig


class SavedConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.command.work.saved"
    label = "saved"
