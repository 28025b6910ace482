"""Registers the words of zones/ with the ledger."""

from django.apps import AppConfig


class ZonesConfig(AppConfig):
    """The Django application of this room."""

    name = "bulou.zones"
    label = "zones"

    def ready(self) -> None:
        """Declare this room's vocabulary."""
        from bulou.people.vocabulary import RECORDED, VALUES, Word
        from bulou.ui.room import register
        from bulou.zones import vocabulary
        from bulou.zones.room import ROOM

        VALUES.update({level.name: Word(level.zh, level.en) for level in vocabulary.LEVELS})
        RECORDED.update({
            "zones.xlsx": Word("管控区（Excel）", "zones (Excel)"),
            "zones-list.xlsx": Word("三区名单（Excel）", "list of zones (Excel)"),
            "zones.pdf": Word("三区名单（PDF）", "list of zones (PDF)"),
        })  # fmt: skip
        register(ROOM)
