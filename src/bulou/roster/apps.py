"""Registers the words of roster/ with the ledger, the room with the house, and what the register follows."""

from django.apps import AppConfig


class RosterConfig(AppConfig):
    """The Django application of this room."""

    name = "bulou.roster"
    label = "roster_room"

    def ready(self) -> None:
        """Declare this room."""
        from bulou.ledger.vocabulary import REGISTRY
        from bulou.places import merges
        from bulou.roster.room import ROOM
        from bulou.roster.vocabulary import FOUND_SAME, MAY_BE, SAME_AS
        from bulou.ui.room import register

        register(ROOM)
        for standing in (SAME_AS, FOUND_SAME, MAY_BE):
            REGISTRY.follow(standing, merges.follow)
