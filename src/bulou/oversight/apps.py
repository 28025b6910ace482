"""Registers the room with the house."""

from django.apps import AppConfig


class OversightConfig(AppConfig):
    """The Django application of this room."""

    name = "bulou.oversight"
    label = "oversight"

    def ready(self) -> None:
        """Declare this room, and what of it has photos."""
        from bulou.oversight import subjects
        from bulou.oversight.room import ROOM
        from bulou.people.vocabulary import RECORDED, Word
        from bulou.ui.attachments.about import ABOUT
        from bulou.ui.room import register

        register(ROOM)
        ABOUT.update(subjects.KINDS)
        RECORDED.update({
            "inspection-report": Word("检查报告（PDF、Word）", "report of an inspection (PDF, Word)"),
            "inspections.xlsx": Word("检查（Excel）", "inspections (Excel)"),
        })  # fmt: skip
