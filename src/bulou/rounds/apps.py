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
        from bulou.rounds.rules import ENTRIES

        REGISTRY.add(
            duties=vocabulary.DUTIES,
            entries=ENTRIES + antigen.ENTRIES,
            carriages=vocabulary.CARRIAGES,
            consequences=vocabulary.CONSEQUENCES,
            standings=antigen.STANDINGS,
        )
        checks.declare()
