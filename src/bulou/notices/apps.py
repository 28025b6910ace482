"""Registers the room with the house."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The Django application of this room."""

    name = "bulou.notices"
    label = "notices"

    def ready(self) -> None:
        """Declare this room."""
        from bulou.notices.room import ROOM
        from bulou.people.vocabulary import RECORDED, Word
        from bulou.ui.room import register

        RECORDED["notice-slips.pdf"] = Word("上门告知单（PDF）", "door slips of a notice (PDF)")
        register(ROOM)
