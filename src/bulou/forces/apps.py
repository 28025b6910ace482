"""Registers the room with the house."""

from django.apps import AppConfig


class ForcesConfig(AppConfig):
    """The Django application of this room."""

    name = "bulou.forces"
    label = "forces"

    def ready(self) -> None:
        """Declare this room."""
        from bulou.forces.room import ROOM
        from bulou.people.vocabulary import RECORDED, Word
        from bulou.ui.room import register

        RECORDED.update({
            "forces.xlsx": Word("力量名单（Excel）", "people of the forces (Excel)"),
            "shifts.xlsx": Word("班次表（Excel）", "shifts (Excel)"),
        })  # fmt: skip
        register(ROOM)
