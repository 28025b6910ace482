"""Registers the words of cases/ with the ledger, and the room with the house."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The Django application of this room."""

    name = "bulou.cases"
    label = "cases"

    def ready(self) -> None:
        """Declare this room."""
        from bulou.cases.room import ROOM
        from bulou.cases.together import CHECK
        from bulou.ledger import checks
        from bulou.ui.room import register

        register(ROOM)
        checks.declare([CHECK])
