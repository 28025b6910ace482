"""The Django application of this room: lists out to paper and Excel."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.rounds.chat_list"
    label = "exchange"

    def ready(self) -> None:
        """Declare what verify compares, and what is sealed."""
        from bulou.rounds.chat_list import checks

        checks.declare()
