"""The Django application of this room."""

from django.apps import AppConfig


class StockConfig(AppConfig):
    """Registers the room under its own name."""

    name = "bulou.relief.stock"
    label = "stock"
