"""The Django application of this room."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.desk.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Declare what verify compares, and what is sealed."""
        from bulou.desk.accounts import checks

        checks.declare()
