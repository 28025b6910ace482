"""The Django application of this room."""

from django.apps import AppConfig


class WorkConfig(AppConfig):
    """Registers the room under its own name, and what it adds to the pages of subjects."""

    name = "bulou.command.work"
    label = "work"

    def ready(self) -> None:
        """Add the declared duties to the pages of those who owe them."""
        from bulou.command.work import of_subject
        from bulou.ui.sections import SECTIONS

        SECTIONS["duties"] = of_subject.section
