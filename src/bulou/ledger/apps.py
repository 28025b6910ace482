"""Registers the ledger's own kinds of entry, and what is sealed of the ledger itself."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The Django application of this room."""

    name = "bulou.ledger"
    label = "ledger"

    def ready(self) -> None:
        """Declare the ledger's vocabulary."""
        from bulou.ledger import checks
        from bulou.ledger.core_entries import ENTRIES
        from bulou.ledger.seal import BOOKS_OF_THE_LEDGER
        from bulou.ledger.verify_journals import CHECKS
        from bulou.ledger.vocabulary import REGISTRY

        REGISTRY.add(entries=ENTRIES)
        checks.declare(CHECKS, BOOKS_OF_THE_LEDGER)
