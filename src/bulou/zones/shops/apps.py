"""The application of a part of zones; what it declares stands in zones/room.py."""

from django.apps import AppConfig


class ShopsConfig(AppConfig):
    """The Django application of this room."""

    name = "bulou.zones.shops"
    label = "shops"

    def ready(self) -> None:
        """Say what the record of exports calls its lists."""
        from bulou.people.vocabulary import RECORDED, Word

        RECORDED.update({"shops.xlsx": Word("商铺（Excel）", "shops (Excel)")})
