"""Registers the words of rounds/ with the ledger."""

from django.apps import AppConfig


class RoundsConfig(AppConfig):
    """The Django application of this room."""

    name = "bulou.rounds"
    label = "rounds"

    def ready(self) -> None:
        """Declare this room's vocabulary."""
        from bulou.ledger.vocabulary import REGISTRY
        from bulou.rounds import antigen, checks, vocabulary
        from bulou.rounds.entries import ENTRIES
        from bulou.rounds.room import ROOM
        from bulou.ui.room import register

        REGISTRY.add(
            duties=vocabulary.DUTIES,
            entries=ENTRIES + antigen.ENTRIES,
            carriages=vocabulary.CARRIAGES,
            consequences=vocabulary.CONSEQUENCES,
            standings=antigen.STANDINGS,
        )
        register(ROOM)
        checks.declare()
