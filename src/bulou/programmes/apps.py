"""Registers what the data folder's files declare with the house."""

from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    """The Django application of this room."""

    name = "bulou.programmes"
    label = "programmes"

    def ready(self) -> None:
        """Declare the kinds of every file.

        Raises:
            Wrong: a file cannot be used; it says which, where and why.
        """
        from django.conf import settings

        from bulou.programmes.loading import load

        load(settings.PROGRAMMES)
