"""The Django application of this room."""

from django.apps import AppConfig


class AttachmentsConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.ui.attachments"
    label = "attachments"
