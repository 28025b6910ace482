"""The Django application of this room."""

from django.apps import AppConfig


class NowConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.command.now"
    label = "now"

    def ready(self) -> None:
        """Declare this room's vocabulary, and what verify compares."""
        from bulou.command.now import checks
        from bulou.command.now.vocabulary import STANDINGS
        from bulou.ledger.vocabulary import REGISTRY

        REGISTRY.add(standings=STANDINGS)
        checks.declare()
