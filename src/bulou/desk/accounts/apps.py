"""The Django application of this room."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.desk.accounts"
    label = "accounts"
