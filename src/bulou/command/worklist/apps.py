"""The Django application of this room."""

from django.apps import AppConfig


class NowConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.command.worklist"
    label = "now"

    def ready(self) -> None:
        """Declare this room's vocabulary, and what verify compares."""
        from bulou.command.worklist import checks
        from bulou.command.worklist.templatetags.now import class_name
        from bulou.command.worklist.vocabulary import STANDINGS
        from bulou.ledger.vocabulary import REGISTRY
        from bulou.ui.access_log import FILTER_WORDS

        FILTER_WORDS["class"] = class_name
        REGISTRY.add(standings=STANDINGS)
        checks.declare()
