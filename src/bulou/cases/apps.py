"""Registers the words of cases/ with the ledger."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The Django application of this room."""

    name = "bulou.cases"
    label = "cases"

    def ready(self) -> None:
        """Declare this room's vocabulary."""
        from bulou.cases import vocabulary
        from bulou.ledger.vocabulary import REGISTRY

        REGISTRY.add(duties=vocabulary.DUTIES, consequences=vocabulary.CONSEQUENCES, standings=vocabulary.STANDINGS)
