"""Registers the words of zones/ with the ledger."""

from django.apps import AppConfig


class ZonesConfig(AppConfig):
    """The Django application of this room."""

    name = "bulou.zones"
    label = "zones"

    def ready(self) -> None:
        """Declare this room's vocabulary."""
        from bulou.ledger.vocabulary import REGISTRY
        from bulou.zones import vocabulary

        REGISTRY.add(standings=vocabulary.STANDINGS)
