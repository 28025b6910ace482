"""The Django application of this room."""

from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.command.households"
    label = "households"

    def ready(self) -> None:
        """Name the file that leaves from here, for the record of exports."""
        from bulou.people.vocabulary import RECORDED, Word

        RECORDED["households.xlsx"] = Word("户况（Excel）", "households (Excel)")
