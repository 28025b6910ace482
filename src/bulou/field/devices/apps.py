"""Registers what devices say of themselves with the ledger."""

from django.apps import AppConfig


class DevicesConfig(AppConfig):
    """The Django application of this room."""

    name = "bulou.field.devices"
    label = "devices"

    def ready(self) -> None:
        """Declare this room's vocabulary, and what verify compares."""
        from bulou.field.devices import checks, vocabulary
        from bulou.ledger.vocabulary import REGISTRY

        REGISTRY.add(entries=vocabulary.ENTRIES, standings=vocabulary.STANDINGS)
        checks.declare()
