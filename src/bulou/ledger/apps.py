"""Registers the ledger's own kinds of entry."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The Django application of this room."""

    name = "bulou.ledger"
    label = "ledger"

    def ready(self) -> None:
        """Declare the ledger's vocabulary."""
        from bulou.ledger.kinds import ENTRIES
        from bulou.ledger.vocabulary import REGISTRY

        REGISTRY.add(entries=ENTRIES)
